package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.tree.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncsTest {
    private final Syncs syncs = new Syncs();
    private final Client client = new Client(new RecordedConnection(), 0);

    private Client.Pending ask() {
        Client.Pending pending = new Client.Pending(1, new Request.Sync("/"), client.caller);
        syncs.ask(client, pending);
        return pending;
    }

    @Test
    void isReleasedWhenTheLeadersCommitIsAppliedHere() {
        Client.Pending pending = ask();
        long token = syncs.takeUnsent().getFirst();
        syncs.answered(token, 50);
        assertThat(syncs.releaseNext(49)).isNull();
        assertThat(pending.released).isFalse();
        assertThat(syncs.releaseNext(50)).isSameAs(client);
        assertThat(pending.released).isTrue();
        assertThat(syncs.releaseNext(50)).isNull();
    }

    @Test
    void isAskedOncePerPath() {
        ask();
        assertThat(syncs.takeUnsent()).hasSize(1);
        assertThat(syncs.takeUnsent()).isEmpty();
    }

    @Test
    void isAskedAgainOnAnotherPathUnlessAnswered() {
        ask();
        ask();
        List<Long> tokens = syncs.takeUnsent();
        syncs.answered(tokens.getFirst(), 1);
        syncs.rewind();
        assertThat(syncs.takeUnsent()).containsExactly(tokens.getLast());
    }

    @Test
    void isForgottenWithItsClient() {
        ask();
        syncs.takeUnsent();
        client.closed = true;
        syncs.rewind();
        assertThat(syncs.takeUnsent()).isEmpty();
    }
}
