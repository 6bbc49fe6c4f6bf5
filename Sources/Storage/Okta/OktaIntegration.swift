public import Foundation

/// The Okta integration of the organisation as Manager shows it, without its secrets.
public struct OktaIntegration: Hashable, Sendable {
    /// How the synchronization fares.
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        case neverSynced
        case active
        /// The last sync failed, or waits for approval; it is tried again.
        case warning
        /// Nothing goes on until an administrator has mended it.
        case stopped
    }

    public typealias Problem = Storage.Problem

    /// As shown: `acme.okta.com`, or `http://127.0.0.1:8080` for a simulator.
    public let domain: String
    public let issuer: String
    public let clientID: String
    public let savedAt: Date
    /// Who saved the credentials last.
    public let savedBy: String
    public let isEnabled: Bool
    /// *Synchronization Status*.
    public let synchronization: Bool
    public let remoteAccess: Bool
    public let status: Status
    public let statusSince: Date?
    public let problem: Problem?
    public let lastSyncAt: Date?
    public let lastFullSyncAt: Date?

    /// The one word and colour beside the integration's name.
    public enum Badge: String, Hashable, Sendable, CaseIterable {
        case notSetUp = "Not set up"
        case notVerified = "Not verified"
        case active = "Active"
        case warning = "Warning"
        case stopped = "Stopped"
        case paused = "Paused"
    }

    public var badge: Badge {
        switch status {
        case .stopped: .stopped
        case _ where !synchronization && lastSyncAt != nil: .paused
        case .warning: .warning
        case .neverSynced: .notVerified
        case .active: .active
        }
    }

    /// The badge of an integration that may not be there.
    public static func badge(of integration: OktaIntegration?) -> Badge {
        integration?.badge ?? .notSetUp
    }
}

extension OktaIntegration {
    /// The columns from which one is read.
    static let columns: SQL = """
        domain, issuer, client_id, saved_at, saved_by, is_enabled, synchronization, remote_access, status, status_since,
        problem_what, problem_remedy, last_sync_at, last_full_sync_at
        """

    init(_ row: Row) throws(StoreError) {
        self.init(
            domain: try row.text("domain"),
            issuer: try row.text("issuer"),
            clientID: try row.text("client_id"),
            savedAt: try row.date("saved_at"),
            savedBy: try row.text("saved_by"),
            isEnabled: try row.bool("is_enabled"),
            synchronization: try row.bool("synchronization"),
            remoteAccess: try row.bool("remote_access"),
            status: try row.value("status"),
            statusSince: try row.optionalDate("status_since"),
            problem: try Problem(row),
            lastSyncAt: try row.optionalDate("last_sync_at"),
            lastFullSyncAt: try row.optionalDate("last_full_sync_at")
        )
    }
}
