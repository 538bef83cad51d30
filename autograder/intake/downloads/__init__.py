"""A platform's bulk download, as zip or unpacked: whose uploads are in it.

What is looked at is names. Only a path that the instructor gave can be a download; an archive that
lies in a folder or in a download is always one submission, and so is a zip beside paths that are
(``arrivals``). Nor is a student's own zip ever taken for a class, since in a zip

- every name has to be of the platform's pattern, at the outermost level or in the one folder there;
- Canvas' pattern, which others may happen to write, has to fit at least two users with code, with
  one name each and no attachment number twice (``canvas.group``);
- Moodle's has its own words in it, Gradescope's its metadata, GitHub Classroom's at least two git
  repositories of one assignment;
- folders called as students make a class only with a roster, of whom at least three and at least
  half have to be there (``folders.group``).

A zip that would be a download but for a file that does not belong stops everything with its name.
In a folder such a file is left aside and named, or is a submission of its own if it is code.

Another platform is another module with a ``NAME`` and a ``group``, listed in ``recognise``.
"""
