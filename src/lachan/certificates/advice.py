"""What a verdict means for whoever holds the certificate: which check failed and what to do, in both languages."""

from __future__ import annotations

from typing import Final, NamedTuple


class Sentence(NamedTuple):
    """The same in Vietnamese and in English."""

    vi: str
    en: str


_UNREADABLE: Final = Sentence(
    "Không đọc được mã. Hãy quét lại toàn bộ mã QR trong ánh sáng tốt, hoặc mở chứng nhận gốc rồi quét lại.",
    "The code could not be read. Scan the whole code again in good light, or open the original certificate.",
)
_DAMAGED: Final = Sentence(
    "Nội dung chứng nhận bị hỏng hoặc đã bị thay đổi. Hãy xuất trình chứng nhận gốc.",
    "What the certificate holds is damaged or was changed. Show the original certificate.",
)
VALID: Final = Sentence("Chứng nhận hợp lệ.", "The certificate is valid.")
SENTENCES: Final[dict[str, Sentence]] = {
    "PREFIX": Sentence(
        "Mã này không phải chứng nhận y tế. Hãy quét mã bắt đầu bằng HC1:, LC1: hoặc shc:/.",
        "This code is no health certificate. Scan the one that begins with HC1:, LC1: or shc:/.",
    ),
    "BASE45": _UNREADABLE,
    "QR": _UNREADABLE,
    "ZLIB": _DAMAGED,
    "DEFLATE": _DAMAGED,
    "COSE": _DAMAGED,
    "CBOR": _DAMAGED,
    "JWS": _DAMAGED,
    "JSON": _DAMAGED,
    "HEADER": Sentence(
        "Chứng nhận được ký theo cách không được chấp nhận. Hãy xin chứng nhận mới ở nơi cấp.",
        "The certificate is signed in a way that is not accepted. Ask whoever issued it for a new one.",
    ),
    "SIGNATURE": Sentence(
        "Chữ ký không đúng: nội dung đã bị thay đổi hoặc không do nơi cấp ký. Hãy xuất trình chứng nhận gốc.",
        "The signature is wrong: it was changed, or not signed by whom it names. Show the original certificate.",
    ),
    "UNKNOWN_KEY": Sentence(
        "Không xác minh được: khóa của nơi cấp không có trong danh sách tin cậy. Chứng nhận có thể là thật; hãy cập "
        "nhật danh sách hoặc hỏi nơi cấp.",
        "This cannot be verified: the issuer's key is not on the trust list. The certificate may be genuine; update "
        "the list, or ask the issuer.",
    ),
    "EXPIRED": Sentence(
        "Chứng nhận đã hết hạn. Hãy mở hồ sơ của mình để lấy chứng nhận mới.",
        "The certificate has expired. Open your record to get a new one.",
    ),
    "NOTYET": Sentence(
        "Chứng nhận chưa có hiệu lực. Hãy kiểm tra ngày trên chứng nhận và đồng hồ của thiết bị.",
        "The certificate is not valid yet. Look at its date, and at the clock of the device.",
    ),
    "KEYUSAGE": Sentence(
        "Nơi cấp không được phép ký loại chứng nhận này. Hãy liên hệ nơi cấp.",
        "The issuer may not sign certificates of this kind. Ask the issuer.",
    ),
    "SCHEMA": Sentence(
        "Nội dung chứng nhận không đúng mẫu quy định. Hãy xin chứng nhận mới ở nơi cấp.",
        "What the certificate holds is not in the form prescribed. Ask whoever issued it for a new one.",
    ),
    "TYPE": Sentence(
        "Đây không phải thẻ thông tin sức khỏe. Hãy xuất trình chứng nhận khác.",
        "This is no health card. Show another certificate.",
    ),
    "REVOKED": Sentence(
        "Chứng nhận đã bị thu hồi, thường vì dữ liệu đã được sửa. Hãy mở hồ sơ của mình để lấy chứng nhận mới.",
        "The certificate was revoked, mostly because the record was corrected. Open your record to get the new one.",
    ),
}


def sentence(error: str | None, notes: tuple[str, ...] = ()) -> Sentence:
    """The sentence of a verdict, by its first error; an unknown signer is no forger, and is told otherwise."""
    if error is None:
        return VALID
    if error in ("SIGNATURE", "KEY"):
        return SENTENCES["SIGNATURE" if error == "SIGNATURE" and "UNKNOWN_KEY" not in notes else "UNKNOWN_KEY"]
    if error == "EXPIRED" and "NOT_YET" in notes:
        return SENTENCES["NOTYET"]
    return SENTENCES[error]
