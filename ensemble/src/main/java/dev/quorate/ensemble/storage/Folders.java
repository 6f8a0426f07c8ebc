package dev.quorate.ensemble.storage;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Where things are: each history has a directory for its log and one for its snapshots, which may be the same. */
record Folders(Disk disk, String dataDir, String dataLogDir) {
    private static final String PREFIX = "history-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9]{1,18}");

    Folders(Disk disk, StorageSettings settings) {
        this(disk, settings.dataDir(), settings.dataLogDir());
    }

    String logs(long history) {
        return dataLogDir + "/" + PREFIX + history;
    }

    String snapshots(long history) {
        return dataDir + "/" + PREFIX + history;
    }

    /** The different ones of the two roots. */
    List<String> roots() {
        return dataDir.equals(dataLogDir) ? List.of(dataDir) : List.of(dataDir, dataLogDir);
    }

    /** Numbers of all histories that have a directory. */
    TreeSet<Long> histories() throws IOException {
        TreeSet<Long> numbers = new TreeSet<>();
        for (String root : roots())
            for (String name : disk.list(root))
                if (NAME.matcher(name).matches())
                    numbers.add(Long.valueOf(name.substring(PREFIX.length())));
        return numbers;
    }

    /** Makes the directories, or sees to it that those which are there will stay there. */
    void create(long history) throws IOException {
        disk.createDirs(logs(history));
        disk.createDirs(snapshots(history));
        for (String root : roots())
            disk.syncDir(root);
    }

    /** Deletes all histories but one. */
    void deleteOthers(long history) throws IOException {
        for (Long number : histories())
            if (number != history)
                delete(number);
    }

    void delete(long history) throws IOException {
        for (String root : roots()) {
            String dir = root + "/" + PREFIX + history;
            for (String name : disk.list(dir))
                disk.delete(dir + "/" + name);
            disk.delete(dir);
            disk.syncDir(root);
        }
    }
}
