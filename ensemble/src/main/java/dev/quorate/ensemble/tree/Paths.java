package dev.quorate.ensemble.tree;

/** The rules for paths of znodes: ZooKeeper's, and bounds on length and depth. */
public final class Paths {
    /** Longest path, in chars. */
    public static final int MAX_LENGTH = 65_535;

    /** Most names in a path. */
    public static final int MAX_DEPTH = 2_000;

    static final String ROOT = "/";
    static final String ZOOKEEPER = "/zookeeper";
    static final String CONFIG = "/zookeeper/config";
    static final String QUOTA = "/zookeeper/quota";

    private Paths() {}

    /** Whether a znode may have this path. */
    public static boolean valid(String path) {
        int length = path.length();
        if (length == 0 || length > MAX_LENGTH || path.charAt(0) != '/') {
            return false;
        }
        if (length == 1) {
            return true;
        }
        int nameStart = 1;
        int depth = 0;
        for (int i = 1; i <= length; i++) {
            if (i == length || path.charAt(i) == '/') {
                if (!validName(path, nameStart, i) || ++depth > MAX_DEPTH) {
                    return false;
                }
                nameStart = i + 1;
            } else if (!validChar(path.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the tree itself needs this znode; nobody may delete it. */
    static boolean special(String path) {
        return path.equals(ROOT) || path.equals(ZOOKEEPER) || path.equals(CONFIG) || path.equals(QUOTA);
    }

    /** The parent of a path other than the root's; {@code lastSlash} is where its last name begins, less one. */
    static String parent(String path, int lastSlash) {
        return lastSlash == 0 ? ROOT : path.substring(0, lastSlash);
    }

    private static boolean validName(String path, int from, int to) {
        return switch (to - from) {
            case 0 -> false;
            case 1 -> path.charAt(from) != '.';
            case 2 -> path.charAt(from) != '.' || path.charAt(from + 1) != '.';
            default -> true;
        };
    }

    private static boolean validChar(char c) {
        return (c > '\u001f' && c < '\u007f') || (c > '\u009f' && c < '\ud800') || (c > '\uf8ff' && c < '\ufff0');
    }
}
