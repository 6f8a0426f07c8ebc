package dev.quorate.ensemble.tree;

import java.util.List;

/**
 * On whose behalf a request runs.
 *
 * @param sessionId its session; 0 when there is none yet
 * @param identities all that it proved to be when the request came in, ip, digest and super included
 */
public record Caller(long sessionId, List<Identity> identities) {
    /** The ensemble itself: no session, may do everything. */
    public static final Caller ENSEMBLE = new Caller(0, List.of(Identity.SUPER));

    boolean isSuper() {
        for (int i = 0; i < identities.size(); i++) {
            if (identities.get(i).scheme().equals(Identity.SUPER.scheme())) {
                return true;
            }
        }
        return false;
    }
}
