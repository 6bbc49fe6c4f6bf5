extension String {
    /// Whether both are the same bytes. `==` also takes two spellings of one letter for the same.
    func isSame(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
