"""Clean-up steps that leave whole lines out: adverts of download sites, titles said again, page numbers.

A line of a story must not go by chance: a line has to look like what it is taken for as a whole, and narration, which has
quotes or is long, is left alone.
"""

import re

_LONGEST_ADVERT = 100
_SITE = re.compile(
    r"https?://|www\s?[.．。·]\s?[a-z0-9]|\b[a-z0-9-]{2,}[.．](?:com|net|org|cc|cn|info|la|me|xyz)\b"
    r"|(?:小说|小說|文学|文學|电子书|電子書|中文|读书|讀書|下载|下載|TXT|书)(?:网|網|站|论坛|論壇|吧|书库|下载站)",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"(?:TXT|小说|小說|电子书|電子書|全集|全本|全文|免费|免費|打包|完本)\S{0,6}(?:下载|下載|阅读|閱讀)"
    r"|(?:下载|下載|首发|首發|转载|轉載)(?:自|于|於|尽在|盡在|地址|更多|请|請|站)"
    r"|(?:更多|最新|好看)\S{0,10}(?:小说|小說|电子书|電子書|章节|章節|好书)\S{0,8}(?:请|請|尽在|盡在|就到|就上|访问|訪問|关注)"
    r"|(?:请|請|欢迎|歡迎)(?:您)?(?:访问|訪問|登录|登陆|登錄|光临|光臨|收藏|记住|記住|到|来到)"
    r"|(?:最新|最快)(?:章节|章節|更新)"
    r"|本(?:书|書|文|电子书|電子書|小说|小說|作品|站|资源)\S{0,4}(?:由|来自|來自|仅供|僅供)"
    r"|(?:手打|校对|校對|整理|制作|製作|收集|上传|上傳|提供)(?:[。！!]|$|发布|發布|，)",
    re.IGNORECASE,
)
_NARRATION = re.compile(r"[“”「」『』‘’\"…？?]|[他她它我]|说道|笑道")
_PAGE = re.compile(
    r"[-–—－·•~～]{1,3}\s*\d{1,4}\s*[-–—－·•~～]{1,3}"
    r"|第\s*\d{1,4}\s*[页頁](?:\s*[,，/]?\s*[共总總]\s*\d{1,4}\s*[页頁])?"
    r"|[页頁]码?[:：]?\s*\d{1,4}(?:\s*/\s*\d{1,4})?"
    r"|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
    r"|\d{1,4}\s*/\s*\d{1,4}",
    re.IGNORECASE,
)
_NUMERAL = "0-9０-９零〇一二两兩三四五六七八九十百千廿卅"
_HEADING = re.compile(rf"(?:正文\s*)?第\s*[{_NUMERAL}]+\s*[回章节節卷部集篇幕折][^。！？!?，,；;：:“”「」]{{0,40}}")
_LONGEST_TITLE = 20
_SENTENCE = re.compile(r"[。！？!?，,；;：:…“”「」『』\"']")
_WORD = re.compile(r"\w")


def without_advert(line: str) -> str | None:
    """Leave a line out that names a site and says what sites say: where to download, who made the file."""
    if len(line) > _LONGEST_ADVERT or _NARRATION.search(line):
        return line
    return None if _SITE.search(line) and _OFFER.search(line) else line


def without_page_number(line: str) -> str | None:
    """Leave a line out that is a page number with its dress; a bare number may be that of a chapter and stays."""
    return None if _PAGE.fullmatch(line) else line


class TitlesOnce:
    """Leaves titles out that are said again: the book's, and a chapter's within that chapter, as printed pages have them.

    The book's title is the first line, if it is short and no sentence. Headings of chapters are compared with the last one
    alone, because a table of contents has each of them too.
    """

    def __init__(self) -> None:
        self._title: str | None = None
        self._heading = ""

    def __call__(self, line: str) -> str | None:
        """Return the line, or None where it is a title that stood before."""
        plain = "".join(line.split())
        heading = _HEADING.fullmatch(line) is not None
        if self._title is None:
            is_title = len(plain) <= _LONGEST_TITLE and not _SENTENCE.search(plain) and _WORD.search(plain) and not heading
            self._title = plain if is_title else ""
        elif self._title and plain in (self._title, f"《{self._title}》", self._title + self._heading):
            return None
        if heading:
            if plain == self._heading:
                return None
            self._heading = plain
        return line
