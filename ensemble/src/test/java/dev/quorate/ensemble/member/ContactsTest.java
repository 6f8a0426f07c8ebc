package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import dev.quorate.ensemble.zab.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContactsTest {
    private static final PeerAddress SEED = new PeerAddress(1, "seed", 1);
    private static final PeerAddress MEMBER = new PeerAddress(2, "member", 1);
    private static final PeerAddress MOVED = new PeerAddress(2, "moved", 1);
    private static final PeerAddress NEW = new PeerAddress(3, "new", 1);

    private List<PeerAddress> called = List.of();
    private Directory told = Directory.EMPTY;
    private final Contacts contacts = new Contacts(new Recorded(), List.of(SEED));

    @Test
    void theConfigurationInForceIsCalledAndToldAndSeedsOnlyOutsideOfAQuorum() {
        contacts.inForce(new Directory(5, List.of(MEMBER)));
        assertThat(called).containsExactly(MEMBER, SEED);
        assertThat(told).isEqualTo(new Directory(5, List.of(MEMBER)));
        contacts.inSync(true);
        assertThat(called).containsExactly(MEMBER);
        contacts.inSync(false);
        assertThat(called).containsExactly(MEMBER, SEED);
    }

    @Test
    void whoMissedChangesCallsThoseItHearsOfAtBothTheirAddresses() {
        contacts.inForce(new Directory(5, List.of(MEMBER)));
        contacts.heardOf(new Directory(7, List.of(MOVED, NEW)));
        assertThat(called).containsExactly(MEMBER, MOVED, NEW, SEED);
        assertThat(told.version()).as("what it only heard of is not passed on").isEqualTo(5);
        contacts.heardOf(new Directory(6, List.of(NEW)));
        assertThat(called).as("older news").containsExactly(MEMBER, MOVED, NEW, SEED);
        contacts.inForce(new Directory(7, List.of(NEW)));
        assertThat(called).containsExactly(NEW, SEED);
    }

    @Test
    void aMemberInAQuorumCallsNobodyThatItOnlyHeardOf() {
        contacts.inForce(new Directory(5, List.of(MEMBER)));
        contacts.inSync(true);
        contacts.heardOf(new Directory(7, List.of(NEW)));
        assertThat(called).containsExactly(MEMBER);
    }

    private final class Recorded implements Transport {
        @Override
        public void contacts(Directory own, List<PeerAddress> now) {
            told = own;
            called = now;
        }

        @Override
        public void start(Listener listener, LocalInfo self) {}

        @Override
        public void update(LocalInfo self) {}

        @Override
        public void send(int peer, long link, Message message) {}

        @Override
        public void flush() {}

        @Override
        public long queuedBytes(int peer, long link) {
            return 0;
        }

        @Override
        public void disconnect(int peer, long link, String reason) {}
    }
}
