/** Where the routes of Mission Control begin. */
export const missionControl = '/api/mission-control'
