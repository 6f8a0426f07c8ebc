package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.OriginSeq;
import dev.quorate.ensemble.tree.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final Origin ORIGIN = new Origin(1, 7, 1);

    private final Forwarder forwarder = new Forwarder(ORIGIN);
    private final List<String> heard = new ArrayList<>();

    private void submit(String name) {
        forwarder.submit(Caller.ENSEMBLE, new Command.Delete("/" + name, -1), (zxid, outcome) -> heard.add(name));
    }

    /** The first sequence number and how many, as {@code 1+3}; empty when nothing is to be sent. */
    private String taken() {
        StringBuilder taken = new StringBuilder();
        forwarder.takeUnsent((firstSeq, payloads) -> taken.append(firstSeq).append('+').append(payloads.size()));
        return taken.toString();
    }

    @Test
    void sendsEachWriteOnceOnAPath() {
        submit("a");
        submit("b");
        assertThat(taken()).isEqualTo("1+2");
        submit("c");
        assertThat(taken()).isEqualTo("3+1");
        assertThat(taken()).isEmpty();
    }

    @Test
    void sendsAllThatIsNotAppliedOnANewPath() {
        submit("a");
        submit("b");
        submit("c");
        taken();
        forwarder.applied(1, 100, new Outcome.Deleted());
        forwarder.rewind();
        assertThat(taken()).isEqualTo("2+2");
    }

    @Test
    void tellsEachOutcomeOnceAndInOrder() {
        submit("a");
        submit("b");
        forwarder.applied(1, 100, new Outcome.Deleted());
        forwarder.applied(1, 101, new Outcome.Skipped());
        forwarder.applied(2, 102, new Outcome.Deleted());
        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void doesNotSendWhatWasAppliedBeforeItWasTaken() {
        submit("a");
        submit("b");
        forwarder.rewind();
        forwarder.applied(1, 100, new Outcome.Deleted());
        assertThat(taken()).isEqualTo("2+1");
    }

    @Test
    void forgetsWhatACommittedSnapshotAlreadyHolds() {
        submit("a");
        submit("b");
        forwarder.skipTo(null);
        forwarder.skipTo(new OriginSeq(new Origin(1, 7, 2), 2));
        forwarder.skipTo(new OriginSeq(ORIGIN, 1));
        forwarder.rewind();
        assertThat(taken()).isEqualTo("2+1");
        assertThat(heard).isEmpty();
    }
}
