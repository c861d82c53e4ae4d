"""Small files that prove a rank: what they hold, and how they are made.

``format`` says what a file holds and proves; ``certify`` makes one for an architecture (``architecture``, from
``bounds`` above and the points of ``diagonal`` and ``shift`` below) or for one network with its numbers (``instance``,
from the boxes of ``staircase`` and the vectors of ``directions``). Nothing here is trusted by the checker, which is one
file of its own.
"""
