package dev.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long OLD = Zxid.of(1, 5);
    private static final long NEW = Zxid.of(2, 9);

    private final Ledger ledger = new Ledger(1);

    @Test
    void whatWasStagedAndNotSwitchedToIsNoPromise() {
        heldUpTo(OLD);
        ledger.beginStaging(Zxid.of(2, 8));
        ledger.append(List.of(new Entry(NEW, 0, new Payload(new byte[0]))));
        // The role has asked for a fence by now, and the log is not done with what came before it.
        ledger.appended(NEW);
        assertThat(ledger.durableEnd()).isEqualTo(OLD);
        ledger.fenced(OLD);
        ledger.recovered(found(1, OLD));
    }

    @Test
    void whatWasSwitchedToIsOne() {
        heldUpTo(OLD);
        ledger.beginStaging(Zxid.of(2, 8));
        ledger.append(List.of(new Entry(NEW, 0, new Payload(new byte[0]))));
        ledger.appended(NEW);
        ledger.saveEpochs(2, 2);
        ledger.epochsSaved(2, 2);
        assertThatThrownBy(() -> ledger.recovered(found(2, OLD))).hasMessageContaining("lost durable entries");
    }

    @Test
    void whoLostItsPowerBeforeItHadSavedAnythingMayBeginAnew() {
        ledger.recovered(emptied());
        assertThat(ledger.durableEnd()).isZero();
    }

    @Test
    void whoHadSavedTheFoundingSetMayNotBeEmpty() {
        ledger.foundingSaved();
        assertThatThrownBy(() -> ledger.recovered(emptied())).hasMessageContaining("misses something");
    }

    private void heldUpTo(long zxid) {
        ledger.saveEpochs(1, 1);
        ledger.opened(found(1, zxid));
    }

    private static Recovered found(long epoch, long lastZxid) {
        return new Recovered(epoch, epoch, lastZxid, Zxid.NONE, List.of(lastZxid), 0, List.of(), List.of(), null);
    }

    private static Recovered emptied() {
        return new Recovered(0, 0, Zxid.NONE, Zxid.NONE, List.of(), 0, List.of(), List.of(), "the disk is empty");
    }
}
