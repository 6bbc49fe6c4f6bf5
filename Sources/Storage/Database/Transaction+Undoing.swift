extension Transaction {
    /// Runs `body` and undoes what it wrote, for a look at what would happen.
    func undoing<Value>(
        _ body: (any Transaction) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try run("SAVEPOINT preview")
        let value = try body(self)
        try run("ROLLBACK TO SAVEPOINT preview")
        try run("RELEASE SAVEPOINT preview")
        return value
    }
}
