import Access
import Directory
import Storage

import struct Foundation.Date

/// A gateway as `timus gateways --json` prints it.
struct GatewayLine: Encodable {
    let id: String
    let name: String
    let site: String
    let endpoint: String
    let status: Status
    @OrNull var publicKey: String?
    @OrNull var version: String?
    @OrNull var implementation: String?
    @OrNull var enrolledAt: Date?
    @OrNull var lastSeenAt: Date?
    @OrNull var codeExpiresAt: Date?
    /// Whether it has confirmed the latest change of whom it lets in.
    let isUpToDate: Bool
    let refusedPackets: Int64

    enum Status: String, Encodable {
        case notEnrolled = "not_enrolled"
        case codeRanOut = "code_ran_out"
        case neverSeen = "never_seen"
        case online
        case offline

        /// Seconds after which a gateway that was not heard of is taken for gone, as Manager takes it.
        private static let silence = 75.0

        init(_ gateway: Gateway, at now: Date) {
            guard gateway.isEnrolled else {
                self = gateway.codeExpiresAt.map { $0 > now } == true ? .notEnrolled : .codeRanOut
                return
            }
            guard let seen = gateway.lastSeenAt else {
                self = .neverSeen
                return
            }
            self = now.timeIntervalSince(seen) < Self.silence ? .online : .offline
        }

        var words: String { rawValue.replacing("_", with: " ") }
    }

    /// - Parameter revision: The site's.
    init(_ gateway: Gateway, site: Site?, revision: Int64, now: Date) {
        id = gateway.id.rawValue
        name = gateway.name
        self.site = site?.name ?? gateway.site.rawValue
        endpoint = gateway.endpoint
        status = Status(gateway, at: now)
        publicKey = gateway.publicKey
        version = gateway.version
        implementation = gateway.implementation
        enrolledAt = gateway.enrolledAt
        lastSeenAt = gateway.lastSeenAt
        codeExpiresAt = gateway.codeExpiresAt
        isUpToDate = gateway.isEnrolled && gateway.acknowledgedRevision >= revision
        refusedPackets = gateway.refusedPackets
    }
}
