import Foundation
import Testing

@testable import Storage

@Suite struct `Events for other programs` {
    private static func event(_ id: Int64, subject: String, new: String? = nil) -> Event {
        Event(
            id: id,
            at: Date(milliseconds: 1_750_000_000_123),
            actor: "olga@acme.example",
            action: "site.added",
            subject: subject,
            old: nil,
            new: new,
            address: "192.0.2.7",
            device: nil,
            step: nil,
            reason: nil,
            hash: "0a"
        )
    }

    private static func export(_ format: EventExport.Format, _ events: [Event]) -> String {
        var export = EventExport(format)
        return export.beginning + events.map { export.lines(of: [$0]) }.joined() + export.end
    }

    @Test func `are lines of CSV, quoted where they have to be`() {
        let csv = Self.export(.csv, [Self.event(1, subject: "Berlin", new: "a \"b\", c\r\nd")])

        #expect(
            csv == "id,at,actor,action,subject,old,new,address,device,step,reason,hash\r\n"
                + "1,2025-06-15T15:06:40.123Z,olga@acme.example,site.added,Berlin,,\"a \"\"b\"\", c\r\nd\","
                + "192.0.2.7,,,,0a\r\n"
        )
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
    func `begin no cell as a formula`(_ subject: String) {
        let csv = Self.export(.csv, [Self.event(1, subject: subject)])

        #expect(csv.contains("'" + subject))
        #expect(!csv.contains("," + subject))
        #expect(!csv.contains(",\"" + subject))
    }

    @Test func `are an array of JSON with every key`() throws {
        let json = Self.export(.json, [Self.event(1, subject: "a\"\\\u{1}\u{2028}ö"), Self.event(2, subject: "b")])

        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(read.count == 2)
        #expect(read[0].count == 12)
        #expect(read[0]["subject"] as? String == "a\"\\\u{1}\u{2028}ö")
        #expect(read[0]["device"] is NSNull)
        #expect(read[1]["id"] as? Int == 2)
        #expect(Self.export(.json, []) == "[\n]\n")
    }
}
