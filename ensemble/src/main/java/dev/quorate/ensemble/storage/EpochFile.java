package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.FoundingMember;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The epoch file: two copies in two files, written and made durable one after the other, so at every moment one of
 * them is whole. The copy with the higher generation counts.
 */
final class EpochFile implements Closeable {
    private static final int MAGIC = 0x5145_5031;
    private static final int LENGTH_AT = 4;
    private static final int CRC_AT = 8;
    private static final int FIXED_BYTES = 192;
    private static final int MAX_BYTES = 64 << 10;
    private static final List<String> NAMES = List.of("epoch.0", "epoch.1");

    private final Disk disk;
    private final String dir;
    private final Checksum checksum = new Checksum();
    private final @Nullable DiskFile[] files = new DiskFile[2];
    private long generation;

    private record Copy(long generation, DiskState state) {}

    EpochFile(Disk disk, String dir) {
        this.disk = disk;
        this.dir = dir;
    }

    /** What {@link #read} found. */
    sealed interface Found {
        /** At least one copy is good; the other one has been made equal to it. */
        record State(DiskState state) implements Found {}

        /** No copy was ever completely written. */
        record Nothing() implements Found {}

        /** There were copies once, and none is readable. */
        record Lost() implements Found {}
    }

    /** Reads both copies and mends the worse one, before anything else is written. */
    Found read() throws IOException {
        List<String> names = disk.list(dir);
        Copy[] copies = new Copy[2];
        for (int i = 0; i < 2; i++) {
            if (names.contains(NAMES.get(i))) {
                DiskFile file = disk.open(path(i));
                files[i] = file;
                copies[i] = parse(file);
            }
        }
        Copy best = newer(copies[0], copies[1]);
        if (best == null)
            // The second copy is made only after the first is durable.
            return names.contains(NAMES.get(1)) ? new Found.Lost() : new Found.Nothing();
        generation = best.generation;
        for (int i = 0; i < 2; i++) {
            Copy copy = copies[i];
            if (copy == null || copy.generation != best.generation)
                write(i, best);
        }
        return new Found.State(best.state);
    }

    private static @Nullable Copy newer(@Nullable Copy first, @Nullable Copy second) {
        if (first == null || second == null)
            return first == null ? second : first;
        return second.generation > first.generation ? second : first;
    }

    /** Makes both copies hold {@code state}, durably. */
    void write(DiskState state) throws IOException {
        Copy next = new Copy(++generation, state);
        write(0, next);
        write(1, next);
    }

    private void write(int index, Copy copy) throws IOException {
        DiskFile file = files[index];
        boolean created = file == null;
        if (file == null) {
            file = disk.create(path(index));
            files[index] = file;
        }
        file.write(encode(copy), 0);
        file.force();
        if (created)
            disk.syncDir(dir);
    }

    private ByteBuffer encode(Copy copy) {
        DiskState state = copy.state;
        byte[] clusterId = state.owner().clusterId().getBytes(StandardCharsets.UTF_8);
        byte[] claimUid = state.owner().claimUid().getBytes(StandardCharsets.UTF_8);
        String why = state.owner().lost();
        byte[] lost = why == null ? new byte[0] : why.getBytes(StandardCharsets.UTF_8);
        int foundingBytes = state.owner().founding().size() * (Integer.BYTES + Long.BYTES);
        ByteBuffer buffer = ByteBuffer
                .allocate(FIXED_BYTES + clusterId.length + claimUid.length + lost.length + foundingBytes);
        buffer.putInt(MAGIC).putInt(0).putInt(0).putLong(copy.generation);
        buffer.putInt(clusterId.length).put(clusterId);
        buffer.putInt(state.owner().founding().size());
        for (FoundingMember each : state.owner().founding())
            buffer.putInt(each.id()).putLong(each.incarnation());
        buffer.putInt(state.owner().memberId()).putLong(state.owner().incarnation());
        buffer.putInt(claimUid.length).put(claimUid);
        buffer.putInt(lost.length).put(lost);
        buffer.putLong(state.boot()).putLong(state.acceptedEpoch()).putLong(state.currentEpoch());
        buffer.putLong(state.history());
        LogFormat.SegmentHeader newest = state.newest();
        buffer.put((byte) (newest == null ? 0 : 1));
        if (newest != null)
            LogFormat.putHeader(buffer, newest);
        LogFormat.putPoint(buffer, state.mark());
        buffer.flip().putInt(LENGTH_AT, buffer.limit());
        checksum.seal(buffer, 0, buffer.limit(), CRC_AT, 0);
        return buffer;
    }

    private @Nullable Copy parse(DiskFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES));
        file.read(buffer, 0);
        buffer.flip();
        if (buffer.limit() < CRC_AT + Integer.BYTES || buffer.getInt(0) != MAGIC)
            return null;
        int length = buffer.getInt(LENGTH_AT);
        if (length < CRC_AT + Integer.BYTES || length > buffer.limit()
                || !checksum.matches(buffer, 0, length, CRC_AT, 0))
            return null;
        buffer.position(CRC_AT + Integer.BYTES);
        return new Copy(buffer.getLong(), decode(buffer));
    }

    private static DiskState decode(ByteBuffer buffer) {
        String clusterId = text(buffer);
        int count = buffer.getInt();
        List<FoundingMember> founding = new ArrayList<>(count);
        for (int i = 0; i < count; i++)
            founding.add(new FoundingMember(buffer.getInt(), buffer.getLong()));
        int memberId = buffer.getInt();
        long incarnation = buffer.getLong();
        String claimUid = text(buffer);
        String lost = text(buffer);
        DiskState.Owner owner = new DiskState.Owner(clusterId, List.copyOf(founding), memberId, incarnation, claimUid,
                lost.isEmpty() ? null : lost);
        long boot = buffer.getLong();
        long acceptedEpoch = buffer.getLong();
        long currentEpoch = buffer.getLong();
        long history = buffer.getLong();
        LogFormat.SegmentHeader newest = buffer.get() == 0 ? null : LogFormat.header(buffer);
        return new DiskState(owner, boot, acceptedEpoch, currentEpoch, history, newest, LogFormat.point(buffer));
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getInt()];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String path(int index) {
        return dir + "/" + NAMES.get(index);
    }

    @Override
    public void close() throws IOException {
        for (DiskFile each : files)
            if (each != null)
                each.close();
    }
}
