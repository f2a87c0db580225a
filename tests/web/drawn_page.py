"""A page drawn for the gallery: an image whose words' boxes are known exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from archive.words import Box

WIDTH, HEIGHT = 1100, 1600
_MARGIN, _LINE, _SIZE = 150, 48, 31

_TEXT = """\
Қала кітапханасының ескі шкафында бір бума қағаз жатты. Оны ешкім ашпаған, тек көмір шаңы ғана
қонған еді. Кітапханашы буманы сүртіп, ақырын жазды.

Ішінде шахтёрлердің хаттары екен. Біреуі отбасына көмірдің алғашқы эшелоны туралы жазады,
екіншісі көктемде гүлдеген даланы сағынады. Хат соңында үйдің суреті бар.

Сол күні кешке дейін көмірмен жазылған жолдар оқылды. Әріптері өшіп бара жатқан беттер бір-
бірлеп сканерге қойылды, әр бетке нөмір берілді.

Енді ол хаттарды қаладағы кез келген адам үйінен оқи алады. Сөзді жазса болғаны: керек бет өзі
ашылып, сол сөз сары түспен белгіленіп тұрады.
"""
PARAGRAPHS = tuple(" ".join(paragraph.split()) for paragraph in _TEXT.split("\n\n"))


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """The image, its words in reading order with boxes in px, and its lines."""

    image: Image.Image
    words: tuple[tuple[str, Box], ...]
    lines: tuple[tuple[str, Box], ...]

    def boxes(self, beginning: str) -> tuple[Box, ...]:
        return tuple(box for word, box in self.words if word.startswith(beginning))


@cache
def drawn_page() -> DrawnPage:
    image = Image.new("RGB", (WIDTH, HEIGHT), "#efe3c8")
    pen = ImageDraw.Draw(image)
    font = _font(_SIZE)
    pen.text((WIDTH / 2, 180), "ЕСКІ ХАТТАР", font=_font(38), fill="#2b2620", anchor="mm")
    words: list[tuple[str, Box]] = []
    lines: list[tuple[str, Box]] = []
    y = 260
    for paragraph in PARAGRAPHS:
        for line in _broken(paragraph, font):
            _draw_line(pen, font, line, y, words)
            lines.append((line, Box(_MARGIN, y, WIDTH - 2 * _MARGIN, _SIZE + 8)))
            y += _LINE
        y += _LINE // 2
    return DrawnPage(image, tuple(words), tuple(lines))


def jpeg(region: Box, width: int, height: int) -> bytes:
    """A region of the drawn page at a size, as an image server answers it."""
    page = drawn_page().image
    piece = page.crop((region.x, region.y, region.right, region.bottom)).resize((width, height))
    buffer = BytesIO()
    piece.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _draw_line(
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont,
    line: str,
    y: int,
    words: list[tuple[str, Box]],
) -> None:
    x = float(_MARGIN)
    for word in line.split():
        width = font.getlength(word)
        pen.text((x, y), word, font=font, fill="#2b2620")
        words.append((word, Box(round(x), y + 2, round(width), _SIZE + 6)))
        x += width + font.getlength(" ")


def _broken(paragraph: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > WIDTH - 2 * _MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _font(size: int) -> ImageFont.FreeTypeFont:
    for name in ("PTF55F.ttf", "DejaVuSerif.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise RuntimeError("no font with Kazakh letters is installed")
