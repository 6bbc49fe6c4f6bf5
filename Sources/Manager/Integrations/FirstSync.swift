import AsyncHTTPClient
import Directory
import Foundation
import Okta
import SignIn
import Storage

/// What a first synchronization of some groups would bring, read from Okta now. Nothing is kept of it.
struct FirstSync: Sendable {
    /// Users that would have access.
    var active: Set<User.ID> = []
    /// Users whose status in Okta grants nothing.
    var inactive: Set<User.ID> = []
    var memberships = 0

    /// - Throws: `OktaError`, or `StoreError` where the credentials cannot be had.
    init(of groups: Set<Group.ID>, shell: Shell) async throws {
        guard let credentials = try await shell.store.oktaCredentials() else { return }
        let client = OktaClient(
            domain: try OktaDomain(credentials.domain, allowingLocal: shell.settings.allowLocalOkta),
            token: credentials.apiToken.value,
            http: shell.http,
            logger: shell.logger
        )
        for group in groups {
            for user in try await client.members(of: group.rawValue).items {
                memberships += 1
                let keeps = User.Status(okta: user.status).keepsAccess
                if keeps { active.insert(User.ID(user.id)) } else { inactive.insert(User.ID(user.id)) }
            }
        }
    }
}
