import Crypto

import struct Foundation.Data

extension Event {
    /// What the first event follows: no hash at all.
    static let hashBeforeFirst = ""

    /// The same event with the hash that it has after an event with the hash `previous`.
    func chained(to previous: String) -> Event {
        Event(
            id: id,
            at: at,
            actor: actor,
            action: action,
            subject: subject,
            old: old,
            new: new,
            hash: hash(after: previous)
        )
    }

    /// SHA-256, in hexadecimal, over the hash before and the fields, each preceded by its length, so that no two
    /// different lists of fields are hashed as the same bytes.
    func hash(after previous: String) -> String {
        var hash = SHA256()
        for field in [previous, String(id), String(at.milliseconds), actor, action, subject, old, new] {
            hash.update(data: Self.prefixed(field))
        }
        return hash.finalize().hexadecimal
    }

    /// The same event with texts as a column gives them back (``SQLConvertible``).
    func withTextAsKept() -> Event {
        func kept(_ text: String) -> String { text.filter { $0 != "\0" } }
        return Event(
            id: id,
            at: at,
            actor: kept(actor),
            action: kept(action),
            subject: kept(subject),
            old: old.map(kept),
            new: new.map(kept),
            hash: hash
        )
    }

    /// Eight bytes of length and the UTF-8; nil is a length that no text has.
    private static func prefixed(_ field: String?) -> Data {
        let bytes = field.map { Array($0.utf8) }
        let length = bytes.map { UInt64($0.count) } ?? .max
        return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(56 - 8 * $0)) } + (bytes ?? []))
    }
}
