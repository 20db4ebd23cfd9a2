/** What the front end says of requests that failed; the server's own words stand beside it as they came. */
export const problems = {
  somethingWrong: "Something went wrong",
  sessionHadEnded: "Your session had ended",
  signInThenRetry: "Sign in, then try again.",
  tryLater: "Try again in a moment.",
  noAnswer: "No answer from the server",
  checkConnection: "Check the connection, then try again.",
  answered: (status: number) => `The server answered ${status}`,
  titles: {
    401: "Sign in to go on",
    403: "Not allowed",
    404: "Not found",
    413: "Too large",
    429: "Too many requests",
    502: "The server is not reachable",
    503: "The server is busy",
    504: "The server took too long",
  },
};
