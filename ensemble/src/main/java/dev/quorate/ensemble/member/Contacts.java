package dev.quorate.ensemble.member;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import dev.quorate.ensemble.tree.BadServerLine;
import dev.quorate.ensemble.tree.ServerLine;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Whom this member calls: the members of the configuration in force here, and, while it is in no quorum, also the seeds of its config file
 * and those whom a peer with a younger configuration named. So a member that slept through a complete change of members still finds them,
 * and one in a quorum does not trouble those who are members no more.
 */
final class Contacts {
    private final Transport transport;
    private final List<PeerAddress> seeds;
    private Directory inForce = Directory.EMPTY;
    private Directory heard = Directory.EMPTY;
    private boolean inSync;

    /** @param seeds the members that the config file names, this one included if it is one of them */
    Contacts(Transport transport, List<PeerAddress> seeds) {
        this.transport = transport;
        this.seeds = seeds;
    }

    /** @throws IllegalStateException when the text is not one that a configuration may hold */
    static PeerAddress address(int id, String text) {
        try {
            ServerLine line = ServerLine.parse(Integer.toString(id), text);
            return new PeerAddress(id, line.host(), line.peerPort());
        } catch (BadServerLine e) {
            throw new IllegalStateException("a configuration holds only lines that were understood", e);
        }
    }

    /** Where the members of a configuration are, old and next; a single member that was never given an address is nowhere. */
    static Directory directory(Configuration configuration) {
        return new Directory(configuration.version(), addresses(configuration.all()));
    }

    static List<PeerAddress> addresses(List<ConfigMember> members) {
        return members.stream().filter(member -> !member.address().isEmpty())
                .map(member -> address(member.id(), member.address())).toList();
    }

    /** The configuration in force here is this one now. */
    void inForce(Directory members) {
        inForce = members;
        tell();
    }

    /** Whether this member is in sync with a quorum. */
    void inSync(boolean now) {
        if (now != inSync) {
            inSync = now;
            tell();
        }
    }

    /** A peer named the members of its configuration. */
    void heardOf(Directory members) {
        if (members.version() > Math.max(inForce.version(), heard.version())) {
            heard = members;
            if (!inSync)
                tell();
        }
    }

    private void tell() {
        LinkedHashSet<PeerAddress> called = new LinkedHashSet<>(inForce.members());
        if (!inSync) {
            if (heard.version() > inForce.version())
                called.addAll(heard.members());
            called.addAll(seeds);
        }
        transport.contacts(inForce, List.copyOf(called));
    }
}
