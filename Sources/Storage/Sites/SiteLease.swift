public import Access

extension Site {
    /// Seconds for which a gateway that has lost its server keeps its peers, unless the site says otherwise.
    public static let defaultLease = 300
    /// The seconds that a site's lease may have.
    public static let leaseRange = 60...86_400
}
