"""The driver: what stands between Textual and the terminal of the walk.

Comes in: the frames that Textual writes and the bytes that a terminal sends. Goes out: the cells that differ from what the terminal shows
(frame_diff.py), and keys (resilient_driver.py), also on a slow line and until the terminal is gone.
"""
