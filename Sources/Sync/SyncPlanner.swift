import Directory
import Okta
import Storage

/// Makes a plan of what was pulled and what is kept. Who would leave a group only because Okta lists fewer members of it than
/// it counts is asked for by id, where they are few.
struct SyncPlanner {
    /// Each costs a request; of more an administrator decides.
    private static let mostAskedFor = 25

    let store: Store
    let pull: Pull

    func plan(for pulled: inout Pulled) async throws(PlanFailure) -> SyncPlan {
        var plan = try await compared(pulled)
        if (1...Self.mostAskedFor).contains(plan.usersInDoubt.count) {
            try await asking { () async throws(OktaError) in
                try await pull.askForGroups(of: plan.usersInDoubt, into: &pulled)
            }
            plan = try await compared(pulled)
        }
        if pulled.stamp.isFull, !Guard().allows(plan) {
            // Somebody who was suspended and is in no list any more must not wait with the others.
            try await asking { () async throws(OktaError) in try await pull.readChangedUsers(into: &pulled) }
            plan = try await compared(pulled)
        }
        return plan
    }

    /// Runs `request` with Okta's errors as ours.
    private func asking(_ request: () async throws(OktaError) -> Void) async throws(PlanFailure) {
        do throws(OktaError) {
            try await request()
        } catch {
            throw .okta(error)
        }
    }

    private func compared(_ pulled: Pulled) async throws(PlanFailure) -> SyncPlan {
        do throws(StoreError) {
            let (outcome, usersWithAccess) = try await store.compare(with: pulled.reading)
            let certain = pulled.reading.goneUsers.union(pulled.reading.groupsOfUsers.keys)
            return SyncPlan(
                outcome,
                usersWithAccess: usersWithAccess,
                doubted: pulled.stamp.membersDoubted,
                certain: certain
            )
        } catch {
            throw .store(error)
        }
    }
}

/// Why there is no plan.
enum PlanFailure: Error {
    case okta(OktaError)
    case store(StoreError)
}

extension SyncError {
    init(_ failure: PlanFailure) {
        self =
            switch failure {
            case .okta(let error): .okta(error)
            case .store(let error): .store(error)
            }
    }
}
