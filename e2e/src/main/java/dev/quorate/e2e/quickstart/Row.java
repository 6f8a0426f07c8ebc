package dev.quorate.e2e.quickstart;

/**
 * One line of the table.
 *
 * @param pod the member's pod
 * @param role what the member says it is, or why it says nothing
 * @param zxid its last logged zxid, empty where it says none
 * @param ready whether its pod is Ready
 */
record Row(String pod, String role, String zxid, boolean ready) {
    static final String FORMAT = "%-20s %-12s %-20s %s";
    static final String HEAD = FORMAT.formatted("MEMBER", "ROLE", "LAST ZXID", "READY");

    String line() {
        return FORMAT.formatted(pod, role, zxid, ready ? "yes" : "no");
    }

    /** True when the member itself told what stands here. */
    boolean answers() {
        return !zxid.isEmpty();
    }

    /** True when a person would call it a change; every write moves a zxid. */
    boolean differs(Row old) {
        return !(pod.equals(old.pod) && role.equals(old.role) && ready == old.ready);
    }
}
