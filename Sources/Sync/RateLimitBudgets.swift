import Okta
import Storage

/// One rate-limit budget for each organisation, kept from one sync to the next.
actor RateLimitBudgets {
    private let share: Double
    private var budgets: [Organisation.ID: (credentials: OktaCredentials, budget: RateLimitBudget)] = [:]

    init(share: Double) {
        self.share = share
    }

    /// Other credentials have another budget: Okta counts each token for itself.
    func budget(for organisation: Organisation.ID, reading credentials: OktaCredentials) -> RateLimitBudget {
        if let known = budgets[organisation], known.credentials == credentials { return known.budget }
        let budget = RateLimitBudget(share: share)
        budgets[organisation] = (credentials, budget)
        return budget
    }
}
