package dev.quorate.ensemble.tree;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;

/** The configuration as clients read it, in ZooKeeper's text format: a line for each member, then the version. */
public final class ConfigText {
    private ConfigText() {}

    /**
     * The text of {@code /zookeeper/config}; of a joint configuration that of the old members. A single member that was
     * never given an address has no line, as with ZooKeeper.
     */
    public static String of(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        for (ConfigMember member : configuration.members()) {
            if (!member.address().isEmpty()) {
                text.append("server.").append(member.id()).append('=').append(member.address()).append('\n');
            }
        }
        return text.append("version=").append(Long.toHexString(configuration.version())).toString();
    }
}
