"""What every attack may use; put in front of its source. `attack(host)` is true if it worked."""

PRELUDE = '''
import ctypes, errno, gc, json, mmap, os, resource, signal, socket, struct, subprocess, sys
import threading, time

libc = ctypes.CDLL(None, use_errno=True)

def number(host, name):
    """Number of a system call on this machine."""
    return host["calls"][name]

def refused(host, name, *arguments):
    """Whether the sandbox's own filter refused: it alone answers EACCES to these arguments."""
    ctypes.set_errno(0)
    result = libc.syscall(number(host, name), *arguments)
    return result == -1 and ctypes.get_errno() == errno.EACCES

def does(action):
    """Whether an action works."""
    try:
        action()
    except (OSError, MemoryError, ValueError, RuntimeError, ImportError):
        return False
    return True

def births(most):
    """How many children can be made, of at most so many."""
    for born in range(most):
        try:
            if os.fork() == 0:
                signal.pause()
        except OSError:
            return born
    return most
'''
