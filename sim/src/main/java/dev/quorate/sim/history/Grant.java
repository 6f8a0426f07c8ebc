package dev.quorate.sim.history;

import java.util.List;

/**
 * A line of a znode's access list.
 *
 * @param user whom it allows something; {@link #ANYONE} for everybody
 * @param perms ZooKeeper's permission bits
 */
public record Grant(String user, int perms) {
    public static final String ANYONE = "";
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int CREATE = 4;
    public static final int DELETE = 8;
    public static final int ADMIN = 16;
    public static final int ALL = 31;

    /** What a znode begins with: everybody may do everything. */
    public static final List<Grant> OPEN = List.of(new Grant(ANYONE, ALL));

    static boolean allows(List<Grant> list, String user, int perm) {
        return list.stream().anyMatch(
                grant -> (grant.perms & perm) != 0 && (grant.user.equals(ANYONE) || grant.user.equals(user)));
    }
}
