import Directory
import Foundation
import Sync

/// One delivery of an event hook, as Okta posts it: some events of the System Log.
struct EventDelivery: Decodable {
    struct Event: Decodable {
        struct Target: Decodable {
            let id: String
            let type: String
        }

        let uuid: String?
        let eventType: String
        let target: [Target]?
    }

    private struct Contents: Decodable {
        let events: [Event]
    }

    /// The same for each attempt to deliver it.
    let eventID: String
    let events: [Event]

    private enum CodingKeys: String, CodingKey {
        case eventID = "eventId"
        case contents = "data"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        eventID = try fields.decode(String.self, forKey: .eventID)
        events = try fields.decode(Contents.self, forKey: .contents).events
    }

    /// nil where it is no delivery of an event hook.
    init?(_ body: Data) {
        guard let delivery = try? JSONDecoder().decode(Self.self, from: body) else { return nil }
        self = delivery
    }
}

extension EventDelivery.Event {
    /// nil for one that says nothing about anybody's access.
    var type: OktaEventType? { OktaEventType(rawValue: eventType) }

    /// The users and groups to be read again.
    var names: NamedObjects {
        guard let type else { return NamedObjects() }
        var names = NamedObjects()
        for target in target ?? [] where target.hasPlausibleID {
            switch target.type {
            case "User": names.users.insert(User.ID(target.id))
            case "UserGroup" where type.concernsGroups: names.groups.insert(Group.ID(target.id))
            default: break
            }
        }
        return names
    }
}

extension EventDelivery.Event.Target {
    /// Okta's ids are letters and digits. Another text would be no id, and this one goes into an address.
    fileprivate var hasPlausibleID: Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
