import type { Kind, Reason } from "../core/judge.ts";

/** Both languages travel with the page: without a line nothing could be fetched. */
export type Language = "vi" | "en";

const VI = {
  title: "Kiểm tra chứng nhận",
  language: "English",
  start_camera: "Bật máy ảnh",
  stop_camera: "Tắt máy ảnh",
  aim: "Đưa mã QR vào khung",
  slow: "Chưa đọc được? Lau ống kính, đưa gần hơn, tránh ánh sáng phản chiếu, hoặc chọn ảnh.",
  camera_denied: "Máy ảnh bị chặn. Cho phép máy ảnh trong cài đặt của trình duyệt, hoặc chọn ảnh, hoặc dán mã.",
  camera_none: "Không tìm thấy máy ảnh. Chọn ảnh hoặc dán mã.",
  picture: "Chọn ảnh",
  paste: "Dán mã",
  paste_label: "Nội dung mã QR (HC1:…, LC1:…, shc:/…)",
  check: "Kiểm tra",
  close: "Đóng",
  next: "Người tiếp theo",
  born: "Ngày sinh {date}",
  clears: "Tự xóa sau {n} giây",
  purpose: "Kiểm tra để làm gì",
  purpose_none: "Chỉ kiểm tra thật hay giả",
  sound: "Âm thanh",
  lists: "Danh sách",
  lists_fresh: "Danh sách mới: {age}",
  lists_old: "Danh sách cũ: {age}. Kết nối mạng để cập nhật",
  lists_too_old: "Danh sách quá cũ: {age}. Phải cập nhật trước khi kiểm tra",
  lists_none: "Chưa có danh sách. Kết nối mạng để tải về",
  list_trust: "Khóa tin cậy",
  list_revocation: "Thu hồi",
  list_rules: "Quy định",
  list_values: "Danh mục mã",
  none: "chưa có",
  update: "Cập nhật",
  updating: "Đang cập nhật…",
  updated: "Đã cập nhật",
  update_failed: "Không cập nhật được: {why}",
  no_line: "không có mạng",
  not_ours: "danh sách không do khóa của ta ký",
  damaged_list: "danh sách bị hỏng",
  offline_ready: "Dùng được khi không có mạng",
  offline_not_ready: "Đang chuẩn bị để dùng khi không có mạng",
  new_version: "Có bản mới, dùng từ lần mở sau.",
  reload: "Mở lại ngay",
  clock_warning: "Đồng hồ máy có vẻ sai ({what}). Chỉnh lại ngày giờ của máy.",
  clock_behind: "chậm hơn danh sách {age}",
  clock_off: "lệch {age} so với máy chủ",
  now: "vừa xong",
  minutes: "{n} phút trước",
  hours: "{n} giờ trước",
  days: "{n} ngày trước",
  span_minutes: "{n} phút",
  span_hours: "{n} giờ",
  span_days: "{n} ngày",
  reading: "Đang đọc ảnh…",
  no_code: "Không thấy mã QR trong ảnh. Chụp lại thẳng góc, đủ sáng, để cả viền trắng quanh mã.",
  fault: "Máy này không đọc được: {why}",
  nothing_kept: "Không lưu, không gửi đi thông tin của người được kiểm tra.",
} as const;

const EN: Record<keyof typeof VI, string> = {
  title: "Check a certificate",
  language: "Tiếng Việt",
  start_camera: "Start the camera",
  stop_camera: "Stop the camera",
  aim: "Hold the QR code in the frame",
  slow: "Not read yet? Wipe the lens, come closer, avoid glare, or choose a picture.",
  camera_denied: "The camera is blocked. Allow it in the browser's settings, or choose a picture, or paste the code.",
  camera_none: "No camera was found. Choose a picture or paste the code.",
  picture: "Choose a picture",
  paste: "Paste a code",
  paste_label: "Text of the QR code (HC1:…, LC1:…, shc:/…)",
  check: "Check",
  close: "Close",
  next: "Next person",
  born: "Born {date}",
  clears: "Clears itself in {n} s",
  purpose: "What the check is for",
  purpose_none: "Only whether it is genuine",
  sound: "Sound",
  lists: "Lists",
  lists_fresh: "Lists are fresh: {age}",
  lists_old: "Lists are old: {age}. Connect to update",
  lists_too_old: "Lists are too old: {age}. Update before checking",
  lists_none: "No lists yet. Connect to download them",
  list_trust: "Trusted keys",
  list_revocation: "Revoked",
  list_rules: "Rules",
  list_values: "Value sets",
  none: "none",
  update: "Update",
  updating: "Updating…",
  updated: "Updated",
  update_failed: "Could not update: {why}",
  no_line: "no line",
  not_ours: "a list is not signed by a key of ours",
  damaged_list: "a list is damaged",
  offline_ready: "Works without a line",
  offline_not_ready: "Getting ready to work without a line",
  new_version: "A new version is there; it is used from the next start.",
  reload: "Restart now",
  clock_warning: "The clock of this phone seems wrong ({what}). Set its date and time.",
  clock_behind: "{age} behind the lists",
  clock_off: "{age} off the server",
  now: "just now",
  minutes: "{n} min ago",
  hours: "{n} h ago",
  days: "{n} days ago",
  span_minutes: "{n} min",
  span_hours: "{n} h",
  span_days: "{n} days",
  reading: "Reading the picture…",
  no_code: "No QR code in the picture. Take it again from straight above, in good light, with the white border around the code.",
  fault: "This device cannot read codes: {why}",
  nothing_kept: "Nothing about the people checked is kept or sent.",
};

export type Key = keyof typeof VI;
export const TEXTS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { vi: VI, en: EN };

export const WORDS: Readonly<Record<Language, Readonly<Record<Kind, string>>>> = {
  vi: { valid: "HỢP LỆ", refused: "TỪ CHỐI", unknown: "CHƯA KẾT LUẬN ĐƯỢC" },
  en: { valid: "VALID", refused: "REFUSED", unknown: "CANNOT SAY" },
};

/** Why, and what the holder or the guard should do now. */
type Sentences = Readonly<Record<Reason, readonly [why: string, advice: string]>>;

const WHY_VI: Sentences = {
  valid: ["Chữ ký đúng, còn hạn, không bị thu hồi.", "Đối chiếu tên và ngày sinh với giấy tờ tùy thân."],
  forged: [
    "Chữ ký không đúng: nội dung đã bị sửa, hoặc không phải do nơi cấp ký.",
    "Không dùng mã này. Đề nghị mở bản gốc trong hồ sơ cá nhân, hoặc đến trạm y tế để cấp lại.",
  ],
  expired: ["Giấy chứng nhận đã hết hạn.", "Đề nghị tải bản mới trong hồ sơ cá nhân, hoặc đến trạm y tế để cấp lại."],
  not_yet: ["Giấy chứng nhận chưa đến ngày có hiệu lực.", "Xem ngày hiệu lực trên giấy; đề nghị xuất trình bản đang có hiệu lực."],
  usage: ["Khóa ký không được phép ký loại chứng nhận này.", "Đề nghị xuất trình chứng nhận khác; nơi cấp cần cấp lại."],
  schema: ["Nội dung chứng nhận không theo mẫu quy định.", "Đề nghị nơi cấp làm lại chứng nhận."],
  revoked: [
    "Giấy chứng nhận đã bị thu hồi: thông tin trên đó không còn đúng.",
    "Đề nghị mở bản mới trong hồ sơ cá nhân. Nếu không có, liên hệ cơ sở đã tiêm.",
  ],
  rule: ["Không đạt quy định: {rule}", "Chứng nhận là thật nhưng chưa đủ điều kiện cho mục đích này. Hỏi cán bộ y tế tại cửa."],
  not_certificate: ["Mã này không phải giấy chứng nhận.", "Đề nghị mở đúng mã QR của giấy chứng nhận."],
  damaged: ["Mã bị hỏng hoặc thiếu một phần.", "Đề nghị xuất trình bản gốc hoặc bản in rõ hơn, không phải ảnh chụp lại nhiều lần."],
  more_parts: ["Chứng nhận này gồm nhiều mã, còn thiếu {left} mã.", "Quét mã tiếp theo của cùng người này."],
  unknown_issuer: [
    "Không có khóa của nơi cấp trong danh sách tin cậy.",
    "Cập nhật danh sách rồi quét lại. Nếu vẫn vậy, xem bản giấy và hỏi người phụ trách.",
  ],
  no_lists: ["Máy này chưa có danh sách để kiểm tra.", "Kết nối mạng và bấm Cập nhật, rồi quét lại."],
  lists_too_old: ["Danh sách trên máy quá cũ: có thể đã có thu hồi mới.", "Kết nối mạng và bấm Cập nhật, rồi quét lại."],
  maybe_revoked: ["Có thể đã bị thu hồi; cần mạng để biết chắc.", "Kết nối mạng rồi quét lại, hoặc đề nghị người đó chờ."],
  clock: ["Đồng hồ của máy này sai, không biết giấy còn hạn hay không.", "Chỉnh lại ngày giờ của máy rồi quét lại."],
  rule_open: ["Không kết luận được theo quy định: {rule}", "Hỏi cán bộ y tế tại cửa."],
  no_rules: ["Máy này không có quy định còn dùng được cho mục đích đã chọn.", "Kết nối mạng và bấm Cập nhật, rồi quét lại."],
  not_for_rules: [
    "Thẻ là thật, nhưng không mang thông tin để xét theo quy định đã chọn.",
    "Đề nghị xuất trình giấy chứng nhận tiêm chủng, xét nghiệm hoặc khỏi bệnh (mã HC1).",
  ],
};

const WHY_EN: Sentences = {
  valid: ["The signature is right, it has not expired, it is not revoked.", "Compare name and birth date with an identity document."],
  forged: [
    "The signature is wrong: the content was changed, or the issuer did not sign it.",
    "Do not accept this code. The holder opens the original in their record, or has it issued again at a health station.",
  ],
  expired: ["The certificate has expired.", "The holder downloads a new one from their record, or asks a health station."],
  not_yet: ["The certificate is not valid yet.", "Look at its first day; ask for one that is valid today."],
  usage: ["The key that signed may not sign this kind of certificate.", "Ask for another certificate; its issuer must issue it again."],
  schema: ["The content does not have the prescribed form.", "Its issuer must make the certificate again."],
  revoked: [
    "The certificate was revoked: what it says is no longer right.",
    "The holder opens the new one in their record. If there is none, they ask the facility that vaccinated them.",
  ],
  rule: ["A rule is not met: {rule}", "The certificate is genuine but not enough for this purpose. Ask the health officer at the door."],
  not_certificate: ["This code is not a certificate.", "Ask for the QR code of the certificate."],
  damaged: ["The code is damaged, or a part is missing.", "Ask for the original or a clearer print, not a picture of a picture."],
  more_parts: ["This certificate has several codes; {left} still to come.", "Scan the next code of the same person."],
  unknown_issuer: [
    "The issuer's key is not on the trust list.",
    "Update the lists and scan again. If it stays so, look at the paper and ask your supervisor.",
  ],
  no_lists: ["This device has no lists to check against.", "Connect, press Update, and scan again."],
  lists_too_old: ["The lists on this device are too old: something may have been revoked since.", "Connect, press Update, and scan again."],
  maybe_revoked: ["It may have been revoked; a line is needed to be certain.", "Connect and scan again, or ask the holder to wait."],
  clock: ["The clock of this device is wrong, so nobody can say whether the certificate is still valid.", "Set date and time, and scan again."],
  rule_open: ["A rule cannot be decided: {rule}", "Ask the health officer at the door."],
  no_rules: ["This device has no rules it may still use for the purpose that was chosen.", "Connect, press Update, and scan again."],
  not_for_rules: [
    "The card is genuine, but carries nothing that the chosen rules could be asked about.",
    "Ask for a certificate of vaccination, test or recovery (a code that begins with HC1).",
  ],
};

export const WHY: Readonly<Record<Language, Sentences>> = { vi: WHY_VI, en: WHY_EN };

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** 16/10/1991, 10/1991, 1991: as much as the card says. */
export function written(date: string): string {
  return date.split("T")[0]!.split("-").reverse().join("/");
}
