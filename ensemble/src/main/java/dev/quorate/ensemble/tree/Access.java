package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of access lists: who may do what, and which lists a znode may be given. */
final class Access {
    private static final String DIGEST = "digest";
    private static final String IP = "ip";
    private static final String AUTH = "auth";

    private Access() {}

    /** @param perms any of these will do */
    static boolean allowed(List<Acl> acl, int perms, List<Identity> identities) {
        if (acl.isEmpty()) {
            return true;
        }
        for (int i = 0; i < identities.size(); i++) {
            if (identities.get(i).scheme().equals(Identity.SUPER.scheme())) {
                return true;
            }
        }
        for (int i = 0; i < acl.size(); i++) {
            Acl line = acl.get(i);
            if ((line.perms() & perms) != 0 && fits(line.identity(), identities)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The list that a znode gets when a client asks for one: without repetitions, {@code auth} replaced by what the
     * client proved to be. Null when it is not a valid list.
     */
    static @Nullable List<Acl> resolve(List<Acl> asked, List<Identity> identities) {
        if (asked.size() == 1 && asked.getFirst().equals(Acl.OPEN.getFirst())) {
            return Acl.OPEN;
        }
        List<Acl> resolved = new ArrayList<>(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            Acl line = asked.get(i);
            if (asked.indexOf(line) < i) {
                continue;
            }
            if (line.identity().scheme().equals(AUTH)) {
                if (!expand(line.perms(), identities, resolved)) {
                    return null;
                }
            } else if (valid(line.identity())) {
                resolved.add(line);
            } else {
                return null;
            }
        }
        return resolved.isEmpty() ? null : resolved;
    }

    /** The list as somebody may see it who may not change it: the hashes of digests are hidden. */
    static List<Acl> masked(List<Acl> acl) {
        List<Acl> masked = new ArrayList<>(acl.size());
        for (Acl line : acl) {
            Identity identity = line.identity();
            int colon = identity.id().indexOf(':');
            masked.add(identity.scheme().equals(DIGEST) && colon >= 0
                    ? new Acl(line.perms(), new Identity(DIGEST, identity.id().substring(0, colon) + ":x"))
                    : line);
        }
        return masked;
    }

    private static boolean expand(int perms, List<Identity> identities, List<Acl> into) {
        boolean any = false;
        for (Identity identity : identities) {
            if (identity.scheme().equals(DIGEST)) {
                into.add(new Acl(perms, identity));
                any = true;
            }
        }
        return any;
    }

    private static boolean valid(Identity identity) {
        return switch (identity.scheme()) {
            case "world" -> identity.equals(Identity.ANYONE);
            case DIGEST -> identity.id().split(":", -1).length == 2;
            case IP -> IpScheme.valid(identity.id());
            default -> false;
        };
    }

    private static boolean fits(Identity wanted, List<Identity> identities) {
        if (wanted.equals(Identity.ANYONE)) {
            return true;
        }
        for (int i = 0; i < identities.size(); i++) {
            Identity identity = identities.get(i);
            if (identity.scheme().equals(wanted.scheme()) && matches(identity.id(), wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String id, Identity wanted) {
        return switch (wanted.scheme()) {
            case DIGEST -> id.equals(wanted.id());
            case IP -> IpScheme.matches(id, wanted.id());
            default -> false;
        };
    }
}
