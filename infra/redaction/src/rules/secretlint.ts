import type { Rule } from './rule.ts'

/** Whose patterns these are. */
export const source = {
  name: '@secretlint/secretlint-rule-preset-recommend',
  version: '13.1.0',
  licence: 'MIT, Copyright (c) 2020 azu',
} as const

/** Those of its rules that know a token by its shape, as they stand there. */
export const secretlint: readonly Rule[] = [
  { name: 'npm token', anchors: ['npm_'], pattern: /(?<!\p{L})npm_[A-Za-z0-9_]{36}(?![A-Za-z0-9_])/gu },
  {
    name: 'Anthropic API key',
    anchors: ['sk-a'],
    pattern: /(?<!\p{L})sk-ant-api0\d-[A-Za-z0-9_-]{90,128}AA(?![A-Za-z0-9_-])/gu,
  },
  { name: 'Groq API key', anchors: ['gsk_'], pattern: /(?<!\p{L})gsk_[a-zA-Z0-9]{52}(?![a-zA-Z0-9])/gu },
  { name: 'Hugging Face token', anchors: ['hf_'], pattern: /(?<!\p{L})hf_[a-zA-Z]{34}(?![a-zA-Z])/gu },
  { name: 'Linear API key', anchors: ['lin_a'], pattern: /(?<!\p{L})lin_api_[a-zA-Z0-9_]{32,128}(?![a-zA-Z0-9_])/gu },
  { name: 'Notion token', anchors: ['ntn_'], pattern: /(?<!\p{L})ntn_[0-9]{11}[A-Za-z0-9]{35}(?![A-Za-z0-9])/gu },
  { name: 'SendGrid key', anchors: ['SG.'], pattern: /(?<!\p{L})SG\.\w{1,128}\.\w{1,128}([-_]?)\w{1,128}(?!\w)/gu },
  {
    name: 'Shopify token',
    anchors: ['shppa_', 'shpca_', 'shpat_', 'shpss_'],
    pattern: /(?<!\p{L})(shppa|shpca|shpat|shpss)_[a-zA-Z0-9]{32,64}(?![a-zA-Z0-9])/gu,
  },
  {
    name: 'Stripe key',
    anchors: ['sk_l', 'sk_t', 'rk_l', 'rk_t'],
    pattern: /(?<!\p{L})(?<prefix>sk_live|sk_test|rk_live|rk_test)_[a-zA-Z0-9]{24,99}(?![a-zA-Z0-9])/gu,
  },
  {
    name: 'GitHub token',
    anchors: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /(?<!\p{L})(?<type>ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9_]{36}(?![A-Za-z0-9_])/gu,
  },
  {
    name: 'GitHub token',
    anchors: ['github_p'],
    pattern: /(?<!\p{L})(?<type>github_pat)_[A-Za-z0-9_]{82}(?![A-Za-z0-9_])/gu,
  },
  {
    name: 'GitHub token',
    anchors: ['ghs_'],
    pattern:
      /(?<!\p{L})(?<type>ghs)_[0-9]{1,20}_[A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,10000}\.[A-Za-z0-9_-]{1,1000}(?![A-Za-z0-9_-])/gu,
  },
  { name: 'GitLab token', anchors: ['glpa'], pattern: /(?<!\p{L})glpat-[A-Za-z0-9_-]{20,128}(?![A-Za-z0-9_-])/gu },
  {
    name: 'Grafana token',
    anchors: ['glc_'],
    pattern: /(?<!\p{L})glc_[A-Za-z0-9+/]{32,400}={0,2}(?![A-Za-z0-9+/=])/gu,
  },
  {
    name: 'Grafana token',
    anchors: ['glsa_'],
    pattern: /(?<!\p{L})glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}(?![A-Fa-f0-9])/gu,
  },
  {
    name: '1Password token',
    anchors: ['ops_ey'],
    pattern: /(?<!\p{L})ops_(ey[A-Za-z0-9+/=]{100,1280}fQ={0,2})(?![A-Za-z0-9+/=])/gu,
  },
  { name: 'Vault token', anchors: ['hvs.'], pattern: /(?<!\p{L})hvs\.[A-Za-z0-9_-]{90,120}(?![A-Za-z0-9_-])/gu },
  { name: 'Vault token', anchors: ['hvb.'], pattern: /(?<!\p{L})hvb\.[A-Za-z0-9_-]{138,300}(?![A-Za-z0-9_-])/gu },
  { name: 'Vault token', anchors: ['hvr.'], pattern: /(?<!\p{L})hvr\.[A-Za-z0-9_-]{90,120}(?![A-Za-z0-9_-])/gu },
  {
    name: 'Vercel token',
    anchors: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
    pattern: /(?<!\p{L})(?<prefix>vcp|vci|vca|vcr|vck)_[A-Za-z0-9]{20,60}(?![A-Za-z0-9])/gu,
  },
  {
    name: 'Databricks token',
    anchors: ['dapi'],
    pattern: /(?<!\p{L})dapi[A-Fa-f0-9]{32}(?:-[0-9])?(?![A-Fa-f0-9])/gu,
  },
  { name: 'Docker token', anchors: ['dckr_p'], pattern: /(?<!\p{L})dckr_pat_[a-zA-Z0-9_-]{27}(?![a-zA-Z0-9_-])/gu },
  { name: 'Figma token', anchors: ['figd_'], pattern: /(?<!\p{L})figd_[A-Za-z0-9_-]{40,200}(?![A-Za-z0-9_-])/gu },
  {
    name: 'Cloudflare token',
    anchors: ['cfk_', 'cfut_', 'cfat_'],
    pattern: /(?<!\p{L})(?<prefix>cfk|cfut|cfat)_[A-Za-z0-9]{40}[0-9a-f]{8}(?![A-Za-z0-9])/gu,
  },
  {
    name: 'Tailscale key',
    anchors: ['tskey-'],
    pattern: /(?<!\p{L})tskey-(?<type>[a-z]{2,20})-[0-9A-Za-z_]{8,40}-[0-9A-Za-z_]{16,60}(?![0-9A-Za-z_])/gu,
  },
]
