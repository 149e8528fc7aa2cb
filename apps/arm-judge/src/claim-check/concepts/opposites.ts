/** Pairs of concepts, by their first word, that exclude each other when said of the same thing. */
export const opposites = `
open close; begin end; begin stop; continue stop; continue end; allow forbid; allow refuse; allow block; accept refuse; accept forbid;
rise fall; high low; big small; long short; fast slow; new old; early late; outside inside; north south; east west; north east;
left_side right_side; first last; same different; whole part; more less; many few; easy hard; cheap expensive; good bad;
strong weak; heavy light_weight; warm cold; heat cool; wet dry; bright dark; public private; ready absent; temporary permanent; automatic manual;
night day; morning evening; morning afternoon; summer winter; spring autumn; maximum minimum; lose keep; delete keep; add delete; include exclude;
send receive; arrive leave; buy sell; build damage; repair damage; die survive; fail succeed; protect damage; win defeat; lock unlock; enable disable;
upload export; add exclude; add forbid; empty full_up; keep move; stop allow; weekday weekend; towards away; beside far; same rise; same fall; same change; same double; rise halve; fall double; europe america; grey brown; grey black; grey white; grey green; grey yellow; brown yellow; brown green; europe asia; europe africa; america asia; load discharge; read write; free pay; free cost; need voluntary; male female; child adult; melt freeze; alone together; daily weekly; daily monthly; daily yearly;
weekly monthly; weekly yearly; monthly yearly; red green; red blue; red yellow; red white; red black; green blue; white black; blue yellow; green yellow;
cancel renew; merge divide; breakfast dinner; usual special; breakfast noon; during outside; south west; north west; south east; hurt protect
`;

/** Concepts that say "not" of the rest of their clause: equal to a negation when two texts are compared. */
export const negators = 'forbid refuse block exclude absent';
