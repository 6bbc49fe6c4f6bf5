public import Foundation

/// How much of one of Okta's rate limits was used.
public struct BucketUse: Hashable, Sendable {
    /// The address that names the bucket, such as `/api/v1/groups`.
    public let bucket: String
    public let requests: Int
    /// The most in one minute.
    public let mostInAMinute: Int
    /// How many requests a minute Okta allows the token; nil where it never said.
    public let allowed: Int?
}

extension Store {
    /// The requests to Okta since a time, bucket by bucket; at most a day back.
    public func oktaUse(since start: Date) async throws(StoreError) -> [BucketUse] {
        try await read { (transaction) throws(StoreError) in
            var use: [BucketUse] = []
            try transaction.forEach(
                """
                SELECT bucket, SUM(requests) AS requests, MAX(requests) AS most, MAX(allowed) AS allowed FROM okta_use
                WHERE organisation_id = \(organisation.id) AND minute >= \(start) GROUP BY bucket ORDER BY bucket
                """
            ) { (row) throws(StoreError) in
                use.append(
                    BucketUse(
                        bucket: try row.text("bucket"),
                        requests: try row.int("requests"),
                        mostInAMinute: try row.int("most"),
                        allowed: try row.optionalInt("allowed")
                    )
                )
            }
            return use
        }
    }
}
