package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.Zxid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what becomes of a member. */
final class RoleLog {
    private static final Logger LOG = LoggerFactory.getLogger(RoleLog.class);

    private RoleLog() {}

    static void changed(PeerView before, PeerView now) {
        if (now.role() != before.role() || now.leader() != before.leader()) {
            LOG.info("{} in epoch {}, leader {}, last logged {}", now.role(), now.epoch(), now.leader(),
                    Zxid.text(now.lastLoggedZxid()));
        }
        if (now.inSync() && !before.inSync())
            LOG.info("in sync in epoch {}", now.epoch());
        if (now.stayOutReason() != null && before.stayOutReason() == null)
            LOG.warn("this member stays out of the quorum: {}", now.stayOutReason());
    }
}
