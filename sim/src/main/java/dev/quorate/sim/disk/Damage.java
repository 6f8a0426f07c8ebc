package dev.quorate.sim.disk;

import dev.quorate.ensemble.storage.DiskFile;
import dev.quorate.sim.kernel.Dice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to files at rest. Each gives what it did, for people; nothing happens to a disk without files. */
public final class Damage {
    private Damage() {}

    /** Another bit in any file. */
    public static String flip(SimDisk disk, Dice dice) {
        List<String> paths = List.copyOf(disk.files().keySet());
        if (paths.isEmpty()) {
            return "nothing to flip";
        }
        String path = dice.pick(paths);
        Inode inode = inode(disk, path);
        // The last of what was written is what recovery may take for torn.
        long position = dice.chance(0.3)
                ? Math.max(0, inode.writtenSize() - 1 - dice.below(512))
                : dice.between(0, inode.durableSize() - 1);
        byte[] bytes = inode.durableBytes(position, 1);
        bytes[0] ^= (byte) (1 << dice.below(8));
        inode.damage(bytes, position);
        disk.troubles().strike();
        return "a flip in " + path + " at byte " + position;
    }

    /** A sector of any file holds what another place of it, or of another file, holds. */
    public static String misdirect(SimDisk disk, Dice dice) {
        List<String> paths = List.copyOf(disk.files().keySet());
        if (paths.isEmpty()) {
            return "nothing to overwrite";
        }
        String path = dice.pick(paths);
        byte[] meant = sector(inode(disk, dice.pick(paths)), dice);
        Inode inode = inode(disk, path);
        long position = dice.between(0, (inode.durableSize() - 1) / Inode.SECTOR_BYTES) * Inode.SECTOR_BYTES;
        inode.damage(meant, position);
        disk.troubles().strike();
        return "another sector in " + path + " at byte " + position;
    }

    private static byte[] sector(Inode inode, Dice dice) {
        long position = dice.between(0, (inode.durableSize() - 1) / Inode.SECTOR_BYTES) * Inode.SECTOR_BYTES;
        return inode.durableBytes(position, Inode.SECTOR_BYTES);
    }

    /** Any file is gone. */
    public static String lose(SimDisk disk, Dice dice) {
        List<String> paths = List.copyOf(disk.files().keySet());
        if (paths.isEmpty()) {
            return "nothing to lose";
        }
        String path = dice.pick(paths);
        disk.lose(path);
        disk.troubles().loseFiles();
        return path + " is gone";
    }

    /** A file holds this and nothing else, whatever was written to it; null: it is gone. */
    public static void replace(SimDisk disk, String path, byte @Nullable [] content) throws IOException {
        disk.lose(path);
        disk.troubles().loseFiles();
        if (content == null) {
            return;
        }
        try (DiskFile file = disk.create(path)) {
            file.write(ByteBuffer.wrap(content), 0);
        }
        disk.takeBusyNs();
    }

    private static Inode inode(SimDisk disk, String path) {
        Inode inode = disk.files().get(path);
        if (inode == null) {
            throw new IllegalStateException("no file " + path);
        }
        return inode;
    }
}
