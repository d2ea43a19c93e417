"""A drawing that stands for a photograph: a wall and its mended piece. It says of itself that it is a sample."""

import io


def photograph() -> io.BytesIO:
    """A small JPEG picture, the same each time."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- only the demonstration draws

    picture = Image.new("RGB", (960, 640), "#cfd8dc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 430, 960, 640), fill="#9e8f7a")
    for row in range(8):
        for column in range(13):
            left = column * 80 - (row % 2) * 40
            mended = 4 <= column <= 7 and row >= 3
            draw.rectangle((left, 110 + row * 40, left + 76, 146 + row * 40), fill="#c46a4a" if mended else "#a9573d")
    draw.rectangle((30, 560, 330, 615), fill="#ffffff")
    draw.text((44, 578), "SAMPLE", fill="#333333")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    file.seek(0)
    return file
