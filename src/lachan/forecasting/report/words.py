"""What the report says, in both languages. Kept with the facts: what was said stays said in the words of that day."""

from __future__ import annotations

from typing import Final

from lachan.kernel.words import Words

TITLE: Final = Words("{place}, ngày {day}", "{place}, {day}")
MADE: Final = Words("Lập lúc {at}", "Made at {at}")
SEALED: Final = Words("Báo cáo đã niêm phong, mã {seal}…", "Sealed report, {seal}…")
WEEKS: Final = Words("ca mỗi tuần", "cases a week")
NONE_SAID: Final = Words("Chưa có dự báo cho địa bàn này.", "There is no forecast for this place yet.")

LETTER: Final = Words(
    "{title}\n\n{changes}\n\nBáo cáo đầy đủ ở tệp PDF kèm theo và trong Lá Chắn, mục Báo cáo tình hình.\n",
    "{title}\n\n{changes}\n\nThe whole report is the PDF attached, and in Lachan under Situation report.\n",
)

LABELS: Final = {
    "kicker": Words("Báo cáo tình hình dịch 19 giờ", "Situation report of 19:00"),
    "changes": Words("Có gì thay đổi", "What changed"),
    "outlook": Words("Hai đến bốn tuần tới", "The next two to four weeks"),
    "places": Words("Các địa bàn", "Places"),
    "alarms": Words("Cảnh báo", "Alarms"),
    "no-alarms": Words("Không có cảnh báo đang mở.", "No alarm is open."),
    "debts": Words("Tồn đọng của hệ thống", "What the system owes"),
    "notes": Words("Câu hỏi và quyết định chưa xong", "Questions and decisions not settled"),
    "no-notes": Words("Không còn việc nào chưa xong.", "Nothing is left open."),
    "quality": Words("Chất lượng số liệu", "State of the data"),
    "more-places": Words("Các địa bàn còn lại có ít ca hơn.", "All other places have fewer cases."),
}
MAP: Final = {
    "title": Words("Số ca 7 ngày trên 100.000 dân", "Cases of 7 days per 100,000 people"),
    "unit": Words("trên 100.000 dân", "per 100,000"),
    "place": Words("Địa bàn", "Place"),
    "said": Words(
        "Cao nhất: {first}, {most}. Thấp nhất: {last}, {least}.", "Highest: {first}, {most}. Lowest: {last}, {least}."
    ),
    "none": Words("Chưa thể nói về địa bàn nào.", "Nothing can be said of any place yet."),
}
ALARMS: Final = Words(
    "{standing} cảnh báo đang mở, {open} chưa ai nhận.", "{standing} alarms stand, {open} nobody has taken up."
)
FIRST_ALARMS: Final = Words("{shown} cảnh báo quan trọng nhất:", "The {shown} most important:")
HEADS: Final = {
    "places": (
        Words("Địa bàn", "Place"),
        Words("Ca trong ngày", "Cases today"),
        Words("7 ngày", "7 days"),
        Words("trên 100.000 dân", "per 100,000"),
        Words("So với tuần trước", "Against the week before"),
        Words("Rt", "Rt"),
    ),
    "alarms": (
        Words("Địa bàn", "Place"),
        Words("Bệnh", "Disease"),
        Words("Từ ngày", "Since"),
        Words("Ca 7 ngày", "Cases, 7 days"),
        Words("Số phương pháp", "Methods"),
        Words("Xử lý", "Done"),
    ),
    "debts": (Words("Việc", "What"), Words("Còn lại", "Left")),
    "notes": (
        Words("Loại", "Kind"),
        Words("Nội dung", "What"),
        Words("Đơn vị trả lời", "Who answers"),
        Words("Hạn", "Due"),
    ),
}
NOTE_KINDS: Final = {"question": Words("Câu hỏi", "Question"), "decision": Words("Quyết định", "Decision")}

FIGURES: Final = {
    "doses": Words("Mũi tiêm hôm nay", "Doses today"),
    "completed": Words("Người đã tiêm đủ", "People fully vaccinated"),
    "cases": Words("Ca mắc mới", "New cases"),
    "in_hospital": Words("Đang nằm viện", "In hospital"),
    "deaths": Words("Tử vong", "Deaths"),
    "positivity": Words("Tỷ lệ dương tính", "Positivity"),
    "incidence7": Words("Ca 7 ngày trên 100.000 dân", "Cases of 7 days per 100,000"),
    "tasks": Words("Việc truy vết đang mở", "Open tracing tasks"),
}
DEBTS: Final = {
    "missing": Words("Mũi tiêm chưa nhập", "Doses not entered"),
    "unmatched": Words("Mũi tiêm của người chưa khớp dân cư", "Doses of people the register does not confirm"),
    "unsigned": Words("Mũi tiêm chưa ký, chưa có chứng nhận", "Doses not signed: no certificate"),
    "late": Words("Việc truy vết quá hạn", "Tracing tasks overdue"),
}


def alarms(standing: int, open_: int, shown: int) -> Words:
    """How many alarms stand, and which of them are listed where not all are."""
    vi, en = (ALARMS.into(tongue).format(standing=standing, open=open_) for tongue in ("vi", "en"))
    if shown >= standing:
        return Words(vi, en)
    first = [FIRST_ALARMS.into(tongue).format(shown=shown) for tongue in ("vi", "en")]
    return Words(f"{vi} {first[0]}", f"{en} {first[1]}")


def inside(inside: int, weeks: int) -> Words:
    """How often the truth lay in the interval of nine tenths."""
    return Words(
        f"Trong {weeks} tuần qua, thực tế nằm trong khoảng 90 % ở {inside}/{weeks} tuần.",
        f"In the last {weeks} weeks the truth lay inside the 90 % interval in {inside} of {weeks}.",
    )
