import Directory
import Foundation
import Logging
import NIOCore
import Storage
import Sync
import Synchronization
import Testing

@testable import OktaEvents

@Suite struct `What an event names` {
    @Test(arguments: OktaEventType.allCases)
    func `is its user, and its group only where the group itself changed`(type: OktaEventType) throws {
        let body = Delivery.body(type.rawValue, [("User", "00uana"), ("UserGroup", "00geng"), ("AppInstance", "0oa1")])

        let delivery = try #require(EventDelivery(Data(body.readableBytesView)))

        let ofGroups = ["group.lifecycle.create", "group.lifecycle.delete", "group.profile.update"]
        let isOfGroup = ofGroups.contains(type.rawValue)
        #expect(delivery.events.map(\.names) == [NamedObjects(users: ["00uana"], groups: isOfGroup ? ["00geng"] : [])])
    }

    @Test(arguments: ["", "../users", "00u/ana", "00u ana", "00u?a", "ünder", String(repeating: "a", count: 65)])
    func `is left out where it cannot be an id`(id: String) throws {
        let body = Delivery.body("user.lifecycle.suspend", [("User", id)])

        let delivery = try #require(EventDelivery(Data(body.readableBytesView)))

        #expect(delivery.events.map(\.names) == [NamedObjects()])
    }
}

@Suite struct `What was delivered` {
    @Test func `is known the second time`() {
        let delivered = Delivered()

        #expect(delivered.insert("a"))
        #expect(!delivered.insert("a"))
        #expect(delivered.insert("b"))
    }

    @Test func `is forgotten in the order in which it came, once there is too much of it`() {
        let delivered = Delivered(capacity: 2)
        for id in ["a", "b", "c"] { _ = delivered.insert(id) }

        #expect(!delivered.insert("b"))
        #expect(!delivered.insert("c"))
        #expect(delivered.insert("a"))
        #expect(!delivered.insert("c"))
        #expect(delivered.insert("b"))
    }
}

@Suite struct `A hook that is known` {
    @Test func `is looked up again within a minute, so that one which was renewed is refused`() async throws {
        let store = try await Store.open(at: ":memory:", vault: .ephemeral())
        let time = Mutex(ContinuousClock.now)
        let hooks = KnownHooks(store: store) { time.withLock { $0 } }
        let id = try await store.eventHook().id

        let first = try await hooks.hook(id)
        _ = try await store.renewEventHook(by: .commandLine("test"))
        time.withLock { $0 += .seconds(40) }
        let ageing = try await hooks.hook(id)
        time.withLock { $0 += .seconds(20) }
        let last = try await hooks.hook(id)

        #expect(first?.isAgeing == false)
        #expect(ageing?.isAgeing == true)
        #expect(last == nil)
        await store.close()
    }

    @Test func `is forgotten where it was renewed here`() async throws {
        let store = try await Store.open(at: ":memory:", vault: .ephemeral())
        let inbox = EventInbox(store: store, logger: .init(label: "test"))
        let id = try await store.eventHook().id
        _ = try await inbox.hooks.hook(id)

        let renewed = try await store.renewEventHook(by: .commandLine("test"))
        inbox.forgetHooks()

        #expect(try await inbox.hooks.hook(id) == nil)
        #expect(try await inbox.hooks.hook(renewed.id) != nil)
        await store.close()
    }
}
