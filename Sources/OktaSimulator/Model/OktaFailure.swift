/// Why the org refuses, as its API says it.
public struct OktaFailure: Error, Sendable, Equatable {
    /// Okta's code, `E0000007`; the only part that clients may rely on.
    public let code: String
    public let status: Int
    public let summary: String
    public let causes: [String]

    public init(code: String, status: Int, summary: String, causes: [String] = []) {
        self.code = code
        self.status = status
        self.summary = summary
        self.causes = causes
    }

    /// A sentence for the console's pages.
    public var sentence: String { causes.first ?? summary }
}

extension OktaFailure {
    /// - Parameter field: what Okta names in the summary: a property or, in general, the kind of object.
    static func validation(_ field: String, _ causes: String...) -> Self {
        Self(code: "E0000001", status: 400, summary: "Api validation failed: \(field)", causes: causes)
    }

    static func notFound(_ id: String, _ kind: String) -> Self {
        Self(code: "E0000007", status: 404, summary: "Not found: Resource not found: \(id) (\(kind))")
    }

    static func invalidCursor(code: String) -> Self {
        code == "E0000029"
            ? Self(code: code, status: 400, summary: "Invalid paging request.", causes: ["Invalid cursor."])
            : Self(code: code, status: 400, summary: "Invalid search criteria.", causes: ["Invalid cursor."])
    }

    static func searchCriteria(_ cause: String) -> Self {
        Self(code: "E0000031", status: 400, summary: "Invalid search criteria.", causes: [cause])
    }

    static let malformedBody = Self(
        code: "E0000003",
        status: 400,
        summary: "The request body was not well-formed."
    )
    static let forbidden = Self(
        code: "E0000006",
        status: 403,
        summary: "You do not have permission to perform the requested action"
    )
    static let noSuchPath = Self(code: "E0000008", status: 404, summary: "The requested path was not found")
    static let invalidToken = Self(code: "E0000011", status: 401, summary: "Invalid token provided")
    static let invalidSession = Self(code: "E0000005", status: 403, summary: "Invalid session")
    static let alreadyActive = Self(
        code: "E0000016",
        status: 403,
        summary: "Activation failed because the user is already active"
    )
    static let cannotUnlock = Self(
        code: "E0000032",
        status: 403,
        summary: "Unlock is not allowed for this user.",
        causes: ["The user is not locked out."]
    )
    static let wrongStatus = Self(
        code: "E0000038",
        status: 403,
        summary: "This operation is not allowed in the user's current status."
    )
    static let tooManyRequests = Self(
        code: "E0000047",
        status: 429,
        summary: "API call exceeded rate limit due to too many requests."
    )
}
