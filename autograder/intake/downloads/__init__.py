"""Read a platform's bulk download, as a zip or unpacked: one upload for each student.

Downloads are recognised by names. Only a path that the instructor gave can be a download; an
archive inside a folder or a download is always one submission, and so is a zip given beside single
submissions (``classify``). A student's own zip is never taken for a class, because in a zip

- every name must fit the platform's pattern, at the outermost level or in the only folder there;
- Canvas' pattern, which students may write by chance, must fit at least two users with code, with
  one name each and no attachment number twice (``canvas.group``);
- Moodle's pattern contains its own words, Gradescope's download its metadata, GitHub Classroom's at
  least two git repositories of one assignment;
- folders named after students make a class only with a roster, of which at least three and at least
  half must be there (``folders.group``).

A zip that looks like a download except for one file that does not belong stops grading, and the
file is named. In an unpacked folder such a file is a submission of its own if it is code;
otherwise it is listed and not graded.

Another platform is another module with a ``NAME`` and a ``group``, listed in ``detect``.
"""
