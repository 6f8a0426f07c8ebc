package dev.quorate.e2e.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What can happen to the data folder of a member that is down. */
final class DamagedDisk {
    private final Path data;
    private final Random random;

    DamagedDisk(Path data, Random random) {
        this.data = data;
        this.random = random;
    }

    /** Everything but the member's number is gone. */
    void wipe() throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(data)) {
            all = walk.filter(path -> !path.equals(data) && !path.getFileName().toString().equals("myid"))
                    .sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    /** One bit of a log, a snapshot or an epoch file is another one now; gives what was hit. */
    String flip() throws IOException {
        Path file = pick(files(data).toList());
        long used = used(file);
        if (used == 0) {
            return "nothing in " + data.relativize(file);
        }
        long at = random.nextLong(used);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
            channel.write(one.flip(), at);
        }
        return "byte " + at + " of " + used + " in " + data.relativize(file);
    }

    /** The newest log has lost its end; gives what was hit. */
    String cut() throws IOException {
        Path newest = files(data).filter(path -> path.toString().contains("log")).max(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException("no log in " + data));
        long used = used(newest);
        long end = used - Math.min(used, 1 + random.nextInt(2_000));
        try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
            channel.truncate(end);
        }
        return "everything from byte " + end + " of " + used + " in " + data.relativize(newest);
    }

    private static Stream<Path> files(Path data) throws IOException {
        try (Stream<Path> walk = Files.walk(data)) {
            return walk.filter(Files::isRegularFile)
                    .filter(path -> !List.of("myid", "lock").contains(path.getFileName().toString()))
                    .sorted().toList().stream();
        }
    }

    private Path pick(List<Path> files) {
        return files.get(random.nextInt(files.size()));
    }

    /** The length without the zeros at the end: logs are allocated ahead. */
    private static long used(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
