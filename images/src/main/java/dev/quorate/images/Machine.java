package dev.quorate.images;

/** The machine that builds. An image is for the architecture it was built on: its runtime and its archive are. */
final class Machine {
    private Machine() {}

    static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    /** As images name it. */
    static String architecture() {
        return isArm() ? "arm64" : "amd64";
    }
}
