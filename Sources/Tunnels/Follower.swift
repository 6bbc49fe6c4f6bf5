public import Access
public import Storage
import Synchronization

import struct Foundation.Date

/// A gateway's stream, as ``SiteWatch`` knows it: it is rung for each change of the site.
public final class Follower: Sendable {
    public let gateway: Gateway.ID
    public let site: Site.ID
    public let bell = Bell()
    let enrolment: Enrolment
    private let ended = Atomic(false)

    init(_ gateway: Gateway) {
        self.gateway = gateway.id
        site = gateway.site
        enrolment = Enrolment(gateway)
    }

    /// Whether the gateway is no longer, was enrolled anew, or has a newer stream.
    public var isEnded: Bool { ended.load(ordering: .acquiring) }

    func end() {
        ended.store(true, ordering: .releasing)
        bell.ring()
    }
}

/// Which machine a gateway is: another one after each enrolment.
struct Enrolment: Equatable {
    private let key: String?
    private let at: Date?

    init(_ gateway: Gateway) {
        key = gateway.publicKey
        at = gateway.enrolledAt
    }
}
