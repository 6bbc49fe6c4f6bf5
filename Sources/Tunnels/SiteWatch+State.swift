import Access
import Storage

/// A site that has another revision than it had.
struct Growth {
    let site: Site.ID
    /// nil where the revision before is not known, or the site was removed.
    let since: Int64?
}

extension SiteWatch.State {
    /// The streams of gateways that are no longer, or are another machine now.
    func followersWithout(_ gateways: [Gateway]) -> [Follower] {
        let enrolments = Dictionary(uniqueKeysWithValues: gateways.map { ($0.id, Enrolment($0)) })
        return followers.values.filter { enrolments[$0.gateway] != $0.enrolment }
    }

    /// Takes over the revisions of sites where nobody waits.
    ///
    /// - Returns: the sites where somebody does, and whose changes are to be read: until they are, the old revision stays.
    mutating func take(_ read: [Site.ID: Int64]) -> [Growth] {
        let known = revisions ?? [:]
        let followed = Set(followers.values.map(\.site)).union(waiting.keys)
        let grown = followed.compactMap { site -> Growth? in
            guard read[site] != known[site] else { return nil }
            return Growth(site: site, since: read[site] == nil ? nil : known[site])
        }
        var taken = read
        for growth in grown { if let since = growth.since { taken[growth.site] = since } }
        revisions = taken
        return grown
    }

    /// - Returns: whom the change wakes: each stream of the site, and who waits for a peer that was cut off.
    mutating func keep(_ change: SiteChange, of site: Site.ID) -> [Bell] {
        revisions?[site] = change.revision
        let streams = followers.values.filter { $0.site == site }.map(\.bell)
        if !streams.isEmpty { changes[site] = change }
        guard let waiting = waiting[site] else { return streams }
        return streams + change.peers.removed.flatMap { waiting[$0].map { Array($0.values) } ?? [] }
    }

    /// Everybody who waits there.
    func bells(at site: Site.ID) -> [Bell] {
        followers.values.filter { $0.site == site }.map(\.bell) + (waiting[site] ?? [:]).values.flatMap(\.values)
    }
}
