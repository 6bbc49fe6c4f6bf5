import Directory
public import Foundation

/// What is kept for one organisation, and the verbs that change it.
///
/// Every statement names the organisation, so that a store never reads or writes another's rows. Every verb that takes
/// an ``Actor`` as `by:` writes its event in its own transaction.
public struct Store: Sendable {
    public let organisation: Organisation
    public let now: @Sendable () -> Date
    let vault: Vault
    let database: any Database

    /// The store of another organisation of the same database.
    public func of(_ organisation: Organisation) -> Store {
        Store(organisation: organisation, now: now, vault: vault, database: database)
    }

    /// Runs `body` on one consistent state of the database.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await database.read(body)
    }

    /// Runs `body` in one transaction; the writes of one organisation never overlap, so what it has read still holds
    /// when it writes. It may run twice, and has no effect but its statements.
    @discardableResult
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await database.write(lock: organisation.id.rawValue, body)
    }

    /// Runs `body` in one transaction that may overlap with others, of the same organisation too: for what stands by itself
    /// and is as good in any order, so that it waits for no synchronization.
    @discardableResult
    func writeUnordered<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await database.write(lock: nil, body)
    }

    /// Now, to the millisecond, as times are kept.
    var time: Date { Date(milliseconds: now().milliseconds) }

    public func close() async {
        await database.close()
    }
}
