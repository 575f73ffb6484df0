"""What carries this program to other hosts: an Ansible role with the program in it.

Comes in: the folder to write into. Goes out: the files of assets/ansible, and the program as one file. Imported by the verb export
alone; knows nothing of plans and runs, since the role's module asks the program on each host.
"""
