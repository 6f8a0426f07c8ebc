package dev.quorate.ensemble.storage;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A log and the snapshots from which it goes on. */
record History(long number, TxnLog log, Snapshots snapshots) implements Closeable {
    /** The newest intact snapshot that the log reaches and that is not beyond {@code zxid}. */
    @Nullable
    Long snapshotBefore(long zxid) throws IOException {
        return snapshots.newestIntact(log.floor().zxid(), zxid);
    }

    @Override
    public void close() throws IOException {
        log.close();
        snapshots.close();
    }
}
