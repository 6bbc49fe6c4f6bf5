/// The schema, as the steps that make it, oldest first. The list only grows at its end; each step is a file beside this one.
enum Migrations {
    static let all: [Migration] = [
        .firstSchema,
        .membershipsByUser,
        .synchronizationInParts,
        .notifications,
        .refreshTokens,
        .managerSignIn,
        .eventOrigins,
        .firstScreen,
        .universalLogout,
        .lastOrg,
        .gateways,
    ]
}
