package dev.quorate.ensemble.member;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import dev.quorate.ensemble.tree.BadServerLine;
import dev.quorate.ensemble.tree.ServerLine;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Zxid;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this member calls: the members of the configuration in force here, and, while it is in no quorum, also the seeds
 * of its config file and those whom a peer with a younger configuration named. So a member that slept through a
 * complete change of members still finds them, and one in a quorum does not trouble those who are members no more.
 */
final class Contacts {
    private static final Logger LOG = LoggerFactory.getLogger(Contacts.class);

    private final Transport transport;
    private final List<PeerAddress> seeds;
    private Directory inForce = Directory.EMPTY;
    private Directory heard = Directory.EMPTY;
    private boolean inSync;
    private boolean compared;

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

    /**
     * Where the members of a configuration are, old and next; a single member that was never given an address is
     * nowhere.
     */
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
        compareWithFile();
        tell();
    }

    /** Whoever edits the config file to change the members is told, at the start, that this is not how it is done. */
    private void compareWithFile() {
        if (compared || inForce.version() == 0)
            return;
        compared = true;
        if (!inForce.members().equals(seeds) && !seeds.isEmpty()) {
            LOG.warn(
                    "the members are {}, as the ensemble has decided (version {}); the server lines of the config file, {},"
                            + " only help to find them: change members by reconfig or the admin port",
                    text(inForce.members()), Zxid.text(inForce.version()), text(seeds));
        }
    }

    private static String text(List<PeerAddress> members) {
        return members.stream().map(member -> member.id() + "=" + ServerLine.address(member.host(), member.port()))
                .collect(Collectors.joining(", "));
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
