import Crypto

import struct Foundation.Data

extension Event {
    /// What the first event follows: no hash at all.
    static let hashBeforeFirst = ""

    /// The same event with the hash that it has after an event with the hash `previous`.
    func chained(to previous: String) -> Event {
        with(hash: hash(after: previous)) { $0 }
    }

    /// SHA-256, in hexadecimal, over the hash before and the fields, each preceded by its length, so that no two
    /// different lists of fields are hashed as the same bytes.
    ///
    /// The four fields of where and why are hashed where one of them is there. Events without them, and all that were
    /// written before there were such fields, end after `new`: as many fields fewer, they are other bytes.
    func hash(after previous: String) -> String {
        var fields = [previous, String(id), String(at.milliseconds), actor, action, subject, old, new]
        let whereAndWhy = [address, device, step, reason]
        if whereAndWhy.contains(where: { $0 != nil }) { fields += whereAndWhy }
        var hash = SHA256()
        for field in fields { hash.update(data: Self.prefixed(field)) }
        return hash.finalize().hexadecimal
    }

    /// The same event with texts as a column gives them back (``SQLConvertible``).
    func withTextAsKept() -> Event {
        with(hash: hash) { text in text.filter { $0 != "\0" } }
    }

    private func with(hash: String, _ text: (String) -> String) -> Event {
        Event(
            id: id,
            at: at,
            actor: text(actor),
            action: text(action),
            subject: text(subject),
            old: old.map(text),
            new: new.map(text),
            address: address.map(text),
            device: device.map(text),
            step: step.map(text),
            reason: reason.map(text),
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
